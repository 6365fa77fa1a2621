export { EXCHANGE } from './asyncapi.js';
export * from './candidate-records.js';
export * from './erasure.js';
export * from './event-definition.js';
export * from './events.js';
export * as analyticsV1 from './generated/footfall/analytics/v1/analytics.js';
export * as documentsV1 from './generated/footfall/documents/v1/documents.js';
export type {
  Link,
  LinkServiceServer,
  LinkToMint,
  MintRefusal,
  MintResult,
} from './generated/footfall/links/v1/links.js';
export * as linksV1 from './generated/footfall/links/v1/links.js';
export * from './grpc-link-client.js';
export * from './link-client.js';
export * from './own-click.js';
export * from './queues.js';
export * from './traceparent.js';
export * from './tracking-id.js';
