import { checkKeyPair, readCertificates, reasonOf } from './certificate-files.js';

/** Files that an address names, each PEM. */
interface TlsFiles {
  ca: string | undefined;
  cert: string | undefined;
  key: string | undefined;
}

const POSTGRES = { ca: 'sslrootcert', cert: 'sslcert', key: 'sslkey' } as const;
/** Names of RabbitMQ's own URI query parameters, https://www.rabbitmq.com/docs/uri-query-parameters */
const AMQP = { ca: 'cacertfile', cert: 'certfile', key: 'keyfile' } as const;

/**
 * A PostgreSQL address whose TLS is either off or complete: the server's certificate and host name are always checked,
 * whatever `sslmode` says beyond `disable`. Throws a sentence for modes that would quietly do less, and for files that
 * cannot be used. The driver reads the files again for every connection.
 */
export function securePostgresUrl(text: string): string {
  const url = new URL(text);
  const mode = url.searchParams.get('sslmode');
  const files = filesOf(url, POSTGRES);
  const isWanted = Object.values(files).some(Boolean);
  for (const name of ['ssl', 'uselibpqcompat']) {
    if (url.searchParams.has(name))
      throw new Error(`holds ${name}: use sslmode=verify-full or sslmode=disable.`);
  }
  if (mode && !['disable', 'require', 'verify-ca', 'verify-full'].includes(mode)) {
    throw new Error(
      `holds sslmode=${mode}, which would allow unchecked connections: use verify-full or disable.`,
    );
  }
  if (mode === 'disable' && isWanted) throw new Error('holds certificates together with sslmode=disable.');
  checkFiles(files, POSTGRES);
  if (mode === 'disable' || (!mode && !isWanted)) return text;
  url.searchParams.set('sslmode', 'verify-full');
  return url.href;
}

/**
 * A RabbitMQ address as given. Throws a sentence when it would connect in plain although certificates are named, without
 * checking the broker, or with files that cannot be used.
 */
export function secureAmqpUrl(text: string): string {
  const url = new URL(text);
  const files = filesOf(url, AMQP);
  if (url.protocol === 'amqp:' && Object.values(files).some(Boolean)) {
    throw new Error('names certificates, but connects in plain: use amqps://.');
  }
  const verify = url.searchParams.get('verify');
  if (verify && verify !== 'verify_peer') {
    throw new Error(`holds verify=${verify}: the broker's certificate is always checked.`);
  }
  checkFiles(files, AMQP);
  return text;
}

/** Certificates that a PostgreSQL or RabbitMQ address names. */
export function certificatesOf(text: string): string[] {
  const url = new URL(text);
  const { ca, cert } = filesOf(url, url.protocol.startsWith('amqp') ? AMQP : POSTGRES);
  return [ca, cert].filter((file) => file !== undefined);
}

function filesOf(url: URL, names: typeof POSTGRES | typeof AMQP): TlsFiles {
  const read = (name: string) => url.searchParams.get(name) || undefined;
  return { ca: read(names.ca), cert: read(names.cert), key: read(names.key) };
}

function checkFiles({ ca, cert, key }: TlsFiles, names: typeof POSTGRES | typeof AMQP): void {
  if (!cert !== !key) throw new Error(`must hold ${names.cert} and ${names.key} together.`);
  check(names.ca, () => ca && readCertificates(ca));
  check(names.cert, () => cert && key && checkKeyPair(cert, key));
}

function check(name: string, read: () => unknown): void {
  try {
    read();
  } catch (cause) {
    throw new Error(`names a ${name} that cannot be used: ${reasonOf(cause)}.`, { cause });
  }
}
