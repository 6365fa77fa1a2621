/** Injection token of this service's DataSource. */
export const ANALYTICS_DATABASE = Symbol('ANALYTICS_DATABASE');

/** The schema this service owns. */
export const ANALYTICS_SCHEMA = 'analytics';

/** Whether PostgreSQL refuses the data itself: SQLSTATE classes 22 (data exception) and 23 (integrity constraint). */
export function isDataError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^2[23][0-9A-Z]{3}$/.test(String(error.code));
}
