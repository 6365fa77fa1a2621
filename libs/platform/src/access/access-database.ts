import type { DatabaseOptions } from '../database.module.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { AuditEntryEntity } from './audit-entry.entity.js';
import { CreateAccess1763900000000 } from './migrations/1763900000000-create-access.js';
import { KnowAuditedUsers1763900000001 } from './migrations/1763900000001-know-audited-users.js';
import { CreateRateLimits1763900001000 } from './migrations/1763900001000-create-rate-limits.js';
import { SessionEntity } from './session.entity.js';

/** Injection token of the DataSource on the schema `access`, which every service shares. Absent without a database. */
export const ACCESS_DATABASE = Symbol('ACCESS_DATABASE');

/** Few connections: what is asked for is kept for seconds. */
const POOL_SIZE = 3;

export function accessDatabase(url: string): DatabaseOptions {
  return {
    token: ACCESS_DATABASE,
    url,
    schema: 'access',
    entities: [ApiKeyEntity, AuditEntryEntity, SessionEntity],
    migrations: [CreateAccess1763900000000, KnowAuditedUsers1763900000001, CreateRateLimits1763900001000],
    poolSize: POOL_SIZE,
    // Callers that are known go on while it is away.
    isRequired: false,
  };
}
