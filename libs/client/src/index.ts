export {
  Access,
  type ApiKey,
  type AuditEntry,
  type AuditFilter,
  type KeyRequest,
  type NewApiKey,
  type Scope,
} from './access.js';
export {
  type Candidate,
  type CandidateChange,
  CandidateProfileManager,
} from './candidate-profile-manager.js';
export { type ClickFilter, Clicks, type LiveClick } from './clicks.js';
export { type DocumentRequest, Documents, type GeneratedDocument } from './documents.js';
export {
  AccessDeniedError,
  ConflictError,
  ConnectionError,
  FootfallError,
  InvalidRequestError,
  NotFoundError,
  UnavailableError,
} from './errors.js';
export type * from './link-answers.js';
export { type JobData, type LinkFilter, LinkTracker } from './link-tracker.js';
export { type Erasure, type ErasureRequest, Privacy } from './privacy.js';
export type { CallOptions, ClientOptions } from './transport.js';
