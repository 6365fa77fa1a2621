import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isNativeError } from 'node:util/types';

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificates of a PEM file, in its order. Throws a sentence when it holds none or cannot be read. */
export function readCertificates(file: string): X509Certificate[] {
  const found = readFileSync(file, 'utf8').match(PEM_CERTIFICATE) ?? [];
  if (found.length === 0) throw new Error(`${file} holds no PEM certificate`);
  return found.map((pem) => new X509Certificate(pem));
}

/** Throws a sentence unless `keyFile` holds the unencrypted private key of the first certificate in `certFile`. */
export function checkKeyPair(certFile: string, keyFile: string): void {
  const [own] = readCertificates(certFile);
  const key = createPrivateKey(readFileSync(keyFile));
  if (!own?.checkPrivateKey(key)) throw new Error(`${keyFile} is not the key of ${certFile}`);
}

/** When the first of a file's certificates runs out, seconds since 1970. */
export function readExpiry(file: string): number {
  return Math.min(...readCertificates(file).map(({ validToDate }) => validToDate.getTime())) / 1_000;
}

/** What went wrong, without the name of its class. */
export function reasonOf(error: unknown): string {
  return isNativeError(error) ? error.message : String(error);
}
