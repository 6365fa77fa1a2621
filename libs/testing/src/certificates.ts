import { webcrypto } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const HOUR_MS = 3_600_000;

/** PEM files, by path. */
export interface IssuedCertificate {
  cert: string;
  key: string;
}

export interface TestAuthority {
  /** Its own certificate. */
  ca: string;
  /** For servers and clients alike. `hosts`: names and addresses it stands for, also in its common name. */
  issue(commonName: string, options?: { hosts?: string[]; validHours?: number }): Promise<IssuedCertificate>;
}

/** A certificate authority of a test's own; its files lie in a fresh folder. */
export async function testAuthority(name = 'test authority'): Promise<TestAuthority> {
  x509.cryptoProvider.set(webcrypto as typeof globalThis.crypto);
  const folder = mkdtempSync(join(tmpdir(), 'footfall-tls-'));
  const keys = await newKeys();
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    notBefore: new Date(Date.now() - 24 * HOUR_MS),
    notAfter: new Date(Date.now() + 24 * HOUR_MS),
    signingAlgorithm: ALGORITHM,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, authority.toString('pem'));
  let count = 0;
  return {
    ca,
    async issue(commonName, { hosts = [], validHours = 12 } = {}) {
      const own = await newKeys();
      const certificate = await x509.X509CertificateGenerator.create({
        subject: `CN=${commonName}`,
        issuer: authority.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        notBefore: new Date(Date.now() - 24 * HOUR_MS),
        notAfter: new Date(Date.now() + validHours * HOUR_MS),
        signingAlgorithm: ALGORITHM,
        extensions: [
          new x509.SubjectAlternativeNameExtension(
            hosts.map((value) => ({ type: /^[\d.]+$/.test(value) ? 'ip' : 'dns', value })),
          ),
        ],
      });
      count += 1;
      const files = { cert: join(folder, `${count}.pem`), key: join(folder, `${count}.key`) };
      writeFileSync(files.cert, certificate.toString('pem'));
      const key = await webcrypto.subtle.exportKey('pkcs8', own.privateKey);
      writeFileSync(files.key, x509.PemConverter.encode(key, 'PRIVATE KEY'), { mode: 0o600 });
      return files;
    },
  };
}

function newKeys() {
  return webcrypto.subtle.generateKey(ALGORITHM, true, [
    'sign',
    'verify',
  ]) as Promise<webcrypto.CryptoKeyPair>;
}
