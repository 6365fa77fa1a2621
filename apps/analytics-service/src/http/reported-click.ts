import { z } from 'zod';
import { toCleanJson } from '../ingest/text-column.js';

/** Clicks may run ahead of this machine's clock by so much, ms. */
const MAX_AHEAD_MS = 5 * 60_000;
const OLDEST_MS = Date.UTC(2000, 0, 1);
const MAX_METADATA_CHARACTERS = 8_000;
/** Agents and referrers are kept up to here, as the gateway does; no browser sends more. */
const KEPT_AGENT_CHARACTERS = 1_000;
const KEPT_REFERRER_CHARACTERS = 2_000;
const MAX_TEXT_CHARACTERS = 10_000;

/** Keys under which addresses and raw forwarding headers hide: metadata would outlive the anonymised address. */
const PERSONAL_KEY =
  /^(?:x-)?(?:forwarded|real-ip|client-ip|cf-connecting-ip|true-client-ip)|^(?:(?:remote|client|source|user)_?)?(?:ip|addr)(?:_?addr(?:ess)?)?$|^headers$|^cookies?$|^authorization$/i;

const text = (max: number) => z.string().max(max, `must be at most ${max} characters`);
const cut = (kept: number) => text(MAX_TEXT_CHARACTERS).transform((value) => value.slice(0, kept));

const clickedAt = z.iso
  .datetime({
    offset: true,
    error: 'must be an ISO 8601 moment with its zone, such as 2025-10-09T15:00:00Z',
  })
  .transform((moment) => new Date(moment))
  .refine((moment) => moment.getTime() <= Date.now() + MAX_AHEAD_MS, 'lies more than 5 minutes in the future')
  .refine((moment) => moment.getTime() >= OLDEST_MS, 'lies before the year 2000')
  .transform((moment) => moment.toISOString());

/** A click that a redirector outside this system reports. Null means the same as a missing field. */
export const reportedClickSchema = z.object({
  tracking_id: text(200),
  clicked_at: clickedAt,
  ip_address: z.union([z.ipv4(), z.ipv6()], { error: 'must be an IPv4 or IPv6 address' }).nullish(),
  user_agent: cut(KEPT_AGENT_CHARACTERS).nullish(),
  referrer_url: cut(KEPT_REFERRER_CHARACTERS).nullish(),
  session_id: text(200).min(1, 'must not be empty').nullish(),
  click_source: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9_:. -]{0,49}$/,
      'must be 1 to 50 letters, digits, "_", ":", ".", "-" or spaces',
    )
    .nullish(),
  metadata: z
    .record(z.string(), z.unknown())
    .refine(isSmall, `must be at most ${MAX_METADATA_CHARACTERS} characters of JSON`)
    .nullish(),
});
export type ReportedClick = z.output<typeof reportedClickSchema>;

/** JSON nested so deeply that it cannot even be written is too large as well. */
function isSmall(metadata: unknown): boolean {
  try {
    return JSON.stringify(metadata).length <= MAX_METADATA_CHARACTERS;
  } catch {
    return false;
  }
}

/** Metadata as it may be kept: JSON text without addresses and forwarding headers, at any depth. */
export function toKeptMetadata(metadata: ReportedClick['metadata']): string | undefined {
  return metadata ? toCleanJson(dropPersonalKeys(metadata)) : undefined;
}

function dropPersonalKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropPersonalKeys);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !PERSONAL_KEY.test(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, dropPersonalKeys(inner)]));
}
