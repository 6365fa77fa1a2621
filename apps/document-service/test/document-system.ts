import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DynamicModule } from '@nestjs/common';
import pg from 'pg';
import { documentsV1, LINK_CLIENT } from '#contracts';
import { EVENT_BUS } from '#events';
import { freePort, startService } from '#platform';
import { type TestDatabase, testDatabase } from '#testing';
import type { DocumentServiceConfig } from '../src/config.js';
import { DocumentServiceModule } from '../src/document-service.module.js';
import { DocxReader } from './docx-reader.js';
import { FakeLinkClient } from './fake-link-client.js';
import { RecordingBus } from './recording-bus.js';

// The processes that read uploaded templates load the source as it is now, as this one does.
process.env.NODE_OPTIONS = `--allow-addons --import ${resolve('libs/testing/load-typescript.js')}`;

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any;
}

type SystemConfig = Partial<DocumentServiceConfig> & { API_KEYS_FILE?: string };

/** Document-service as a process would run it, on a database and a folder of its own. */
export class DocumentSystem {
  readonly links = new FakeLinkClient();
  readonly bus = new RecordingBus();
  private constructor(
    readonly database: TestDatabase,
    readonly folder: string,
    readonly sql: pg.Client,
    readonly grpcPort: number,
  ) {}
  private service: Awaited<ReturnType<typeof startService>> | undefined;

  static async start(config: SystemConfig = {}): Promise<DocumentSystem> {
    const database = await testDatabase();
    const sql = new pg.Client({ connectionString: database.url, options: '-c search_path=documents' });
    await sql.connect();
    const system = new DocumentSystem(
      database,
      await mkdtemp(join(tmpdir(), 'documents-')),
      sql,
      await freePort(),
    );
    await system.restart(config);
    return system;
  }

  /** Starts the service, again if it runs, on the same data. */
  async restart({ API_KEYS_FILE, ...config }: SystemConfig = {}): Promise<void> {
    await this.service?.stop();
    const full: DocumentServiceConfig = {
      DATABASE_URL: this.database.url,
      MIGRATE_AT_START: true,
      DATA_DIR: this.folder,
      ENABLE_URL_TRACKING: true,
      DEFAULT_USER_ID: 'default',
      LINK_DEADLINE_MS: 200,
      RENDER_QUEUE_SIZE: 500,
      PDF_CONVERTER: 'none',
      GOTENBERG_URL: 'http://127.0.0.1:9',
      PDF_QUEUE_SIZE: 20,
      DOCUMENT_STORE: 'filesystem',
      S3_BUCKET: 'footfall',
      S3_REGION: 'us-east-1',
      ...config,
    };
    this.service = await startService({
      name: 'document-service',
      config: { HOST: '127.0.0.1', PORT: 0, GRPC_PORT: this.grpcPort, LOG_LEVEL: 'silent', API_KEYS_FILE },
      imports: [this.surroundings(), DocumentServiceModule.register(full)],
      grpc: { 'footfall.documents.v1': { DocumentService: documentsV1.DocumentServiceService } },
    });
  }

  async stop(): Promise<void> {
    await this.service?.stop();
    await this.sql.end();
    await this.database.drop();
    await rm(this.folder, { recursive: true, force: true });
  }

  url(path: string): string {
    return `${this.service?.url}${path}`;
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(this.url(path), {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  }

  /** Sends `POST /templates`. */
  async upload(
    file: Uint8Array,
    fields: Record<string, string> = {},
    fileName = 'Template.docx',
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob([new Uint8Array(file)]), fileName);
    const response = await fetch(this.url('/templates'), { method: 'POST', body: form, headers });
    return { status: response.status, body: await response.json() };
  }

  async download(path: string): Promise<DocxReader> {
    const response = await fetch(this.url(path));
    if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
    return new DocxReader(Buffer.from(await response.arrayBuffer()));
  }

  private surroundings(): DynamicModule {
    const providers = [
      { provide: LINK_CLIENT, useValue: this.links },
      { provide: EVENT_BUS, useValue: this.bus },
    ];
    return { module: class Surroundings {}, global: true, providers, exports: [LINK_CLIENT, EVENT_BUS] };
  }
}
