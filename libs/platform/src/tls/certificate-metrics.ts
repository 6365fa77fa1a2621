import { Gauge, type Registry } from 'prom-client';
import { readExpiry } from './certificate-files.js';
import type { GrpcTlsSettings } from './grpc-tls.js';
import { certificatesOf } from './secure-urls.js';

/** Settings that name certificates, by themselves or in an address. */
export interface CertificateSettings extends GrpcTlsSettings {
  DATABASE_URL?: string | undefined;
  ACCESS_DATABASE_URL?: string | undefined;
  AMQP_URL?: string | undefined;
}

/**
 * Shows when each certificate file that the settings name runs out, read at every scrape; 0 for a file that cannot be
 * read, so that an alert on the time left covers both.
 */
export function measureCertificates(registry: Registry, settings: CertificateSettings): void {
  const urls = [settings.DATABASE_URL, settings.ACCESS_DATABASE_URL, settings.AMQP_URL];
  const files = [
    settings.GRPC_TLS_CERT,
    settings.GRPC_TLS_CA,
    ...urls.flatMap((url) => (url ? certificatesOf(url) : [])),
  ];
  const named = new Set(files.filter((file) => file !== undefined));
  if (named.size === 0) return;
  new Gauge({
    name: 'footfall_certificate_expiry_timestamp_seconds',
    help: 'When a certificate file that this process uses runs out, seconds since 1970; 0 when it cannot be read',
    labelNames: ['file'],
    registers: [registry],
    collect() {
      for (const file of named) this.set({ file }, expiryOr0(file));
    },
  });
}

function expiryOr0(file: string): number {
  try {
    return readExpiry(file);
  } catch {
    return 0;
  }
}
