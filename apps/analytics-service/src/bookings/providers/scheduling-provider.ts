import type { BookingProvider } from '../booking.entity.js';
import type { Reading } from '../booking-fact.js';

/** How a service signs: what it signed, and the HMACs that it offers, each 32 bytes. */
export interface PresentedSignature {
  /** Stands before the body in what is signed. */
  prefix: string;
  digests: readonly Buffer[];
  /** When it was signed, where the service says so. */
  signedAtMs?: number;
}

/** What is particular of one scheduling service. */
export interface SchedulingProvider {
  name: BookingProvider;
  /** For people. */
  label: string;
  /** The setting that holds its keys. */
  setting: 'CALENDLY_WEBHOOK_SIGNING_KEY' | 'CALCOM_WEBHOOK_SECRET' | 'SAVVYCAL_WEBHOOK_SECRET';
  /** The request header that holds the signature, in lower case. */
  header: string;
  /** Undefined when the header does not have the service's form. */
  readSignature(header: string): PresentedSignature | undefined;
  /** What is equal in two deliveries of the same event, and only there; undefined when the delivery lacks it. */
  identify(json: unknown): string | undefined;
  /** The kind of event, as the service names it. */
  nameEvent(json: unknown): string | undefined;
  /** @throws UnreadableDeliveryError */
  read(json: unknown): Reading;
}

const HEX_SHA256 = /^(?:sha256=)?([0-9a-f]{64})$/i;

/** A hexadecimal SHA-256, with or without `sha256=` before it. */
export function readHexDigest(text: string): Buffer | undefined {
  const [, hex] = HEX_SHA256.exec(text.trim()) ?? [];
  return hex === undefined ? undefined : Buffer.from(hex, 'hex');
}

/** The signature is one HMAC of the body alone. */
export function readBodySignature(header: string): PresentedSignature | undefined {
  const digest = readHexDigest(header);
  return digest && { prefix: '', digests: [digest] };
}
