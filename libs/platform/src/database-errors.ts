import { isNativeError } from 'node:util/types';

const OUTAGE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
]);
/** Messages of pg and pg-pool for connections that broke or could not be had; they carry no code. */
const OUTAGE_MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Query read timeout|Cannot use a pool after/i;

/**
 * Whether a connection was refused for its certificates, by either side. What is set up wrongly does not mend itself,
 * but a certificate that ran out may be replaced while we run.
 */
export function isTlsFailure(error: unknown): boolean {
  if (!isNativeError(error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    /^ERR_(TLS|SSL)_|CERT|_ISSUER_|LEAF_SIGNATURE/.test(code) || /does not support SSL/.test(error.message)
  );
}

/**
 * Whether the database is away or overloaded rather than refusing the data: SQLSTATE classes 08 (connection),
 * 40 (rollback: deadlock, serialisation), 53 (resources) and 57 (operator intervention), PostgreSQL manual
 * appendix A, or a connection that cannot be made. The same statement may succeed later.
 */
export function isDatabaseOutage(error: unknown): boolean {
  if (!isNativeError(error)) return false;
  if ('errors' in error && Array.isArray(error.errors) && error.errors.some(isDatabaseOutage)) return true;
  const code = 'code' in error ? String(error.code) : '';
  if (/^[0-9A-Z]{5}$/.test(code)) return /^(08|40|53|57)/.test(code);
  return isTlsFailure(error) || OUTAGE_CODES.has(code) || OUTAGE_MESSAGES.test(error.message);
}
