import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LINK_SERVICE_CONFIG, LINKS_DATA_SOURCE, type LinkServiceConfig } from './config.js';

/** Gives the configured default user the links that people INSERT by hand without a user_id. */
@Injectable()
export class DefaultOwnerService implements OnModuleInit {
  constructor(
    @Inject(LINKS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(LINK_SERVICE_CONFIG) private readonly config: LinkServiceConfig,
  ) {}

  /** Compares first: altering the table waits for everybody who uses it. The config lets no quote into the id. */
  async onModuleInit(): Promise<void> {
    const wanted = `'${this.config.DEFAULT_USER_ID}'::text`;
    const [column] = await this.dataSource.query(
      `SELECT pg_get_expr(d.adbin, d.adrelid) AS "default"
       FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
       WHERE a.attrelid = 'link_tracking'::regclass AND a.attname = 'user_id'`,
    );
    if (column?.default === wanted) return;
    await this.dataSource.query(`ALTER TABLE link_tracking ALTER COLUMN user_id SET DEFAULT ${wanted}`);
  }
}
