export { freePort } from '#platform';
export { breakableConnection } from './breakable-connection.js';
export * from './certificates.js';
export * from './eventually.js';
export * from './personal-columns.js';
export * from './test-broker.js';
export * from './test-database.js';
