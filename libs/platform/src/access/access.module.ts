import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { DatabaseModule } from '../database.module.js';
import { AccessGuard } from './access.guard.js';
import { AccessCheck, LISTENING_HOST } from './access-check.js';
import { AccessClock } from './access-clock.js';
import { accessDatabase } from './access-database.js';
import type { OidcSettings } from './access-env.js';
import { AccessEraser } from './access-eraser.service.js';
import { ApiKeys } from './api-keys.service.js';
import { AuditController } from './audit.controller.js';
import { AuditLog } from './audit-log.service.js';
import { Credentials } from './credentials.service.js';
import { readKeyFile } from './key-file.js';
import { KeyUse } from './key-use.service.js';
import { KeysController } from './keys.controller.js';
import { KEY_FILE, KnownKeys } from './known-keys.service.js';
import { OidcController } from './oidc.controller.js';
import { OidcLogin } from './oidc-login.service.js';
import { OidcProvider } from './oidc-provider.js';
import { OidcTokens } from './oidc-tokens.service.js';
import { SessionController } from './session.controller.js';
import { Sessions } from './sessions.service.js';

export interface AccessOptions {
  host: string;
  keyFile: string | undefined;
  /** Database of the schema `access`. Absent: the key file alone. */
  databaseUrl: string | undefined;
  /** Whether the start migrates that schema. */
  migrateAtStart: boolean | undefined;
  /** Whether this process answers the calls about keys themselves; it needs a database. */
  servesCalls: boolean;
  /** Identity provider; absent: none. */
  oidc: OidcSettings | undefined;
}

/** Who may call: keys, scopes, and the log of who did what. */
@Global()
@Module({})
export class AccessModule {
  /** @throws InvalidConfigError when the key file cannot be used. */
  static register({ host, keyFile, servesCalls, oidc, ...database }: AccessOptions): DynamicModule {
    const databases: DynamicModule[] = [];
    if (database.databaseUrl !== undefined) {
      const options = accessDatabase(database.databaseUrl);
      databases.push(DatabaseModule.register({ ...options, migrateAtStart: database.migrateAtStart }));
    }
    return {
      module: AccessModule,
      imports: [DiscoveryModule, ...databases],
      controllers: servesCalls ? [KeysController, SessionController, OidcController, AuditController] : [],
      providers: [
        AccessCheck,
        AccessClock,
        AccessEraser,
        AuditLog,
        Credentials,
        KeyUse,
        KnownKeys,
        OidcLogin,
        OidcTokens,
        Sessions,
        ...(oidc ? [{ provide: OidcProvider, useValue: new OidcProvider(oidc) }] : []),
        ...(servesCalls ? [ApiKeys] : []),
        { provide: KEY_FILE, useValue: readKeyFile(keyFile) },
        { provide: LISTENING_HOST, useValue: host },
        { provide: APP_GUARD, useClass: AccessGuard },
      ],
      exports: [AccessEraser, AuditLog, Credentials, ...databases],
    };
  }
}
