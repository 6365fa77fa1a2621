import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type CandidateRecord, type CandidateRecords, DOCUMENT_RECORDS, LINK_RECORDS } from '#contracts';
import { exportRows } from '#events';
import { CodedError } from '#platform';
import { ANALYTICS_DATABASE } from '../database.js';
import { PERSONAL_TABLES, scopeWithLinks } from './personal-clicks.js';

/** One of the services that hold a part is away. */
export class ExportUnavailableError extends CodedError {
  constructor(cause: unknown) {
    const message = 'Not every service can be asked right now; try again in a moment.';
    super({ code: 'export_unavailable', kind: 'unavailable', message, retryAfterSeconds: 5, cause });
  }
}

/** Gathers what every service holds of a candidate. */
@Injectable()
export class CandidateExport {
  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    @Inject(LINK_RECORDS) private readonly links: CandidateRecords,
    @Inject(DOCUMENT_RECORDS) private readonly documents: CandidateRecords,
  ) {}

  /**
   * The JSON text in pieces: `{"user_id", "exported_at", "profiles": {"documents": [...], …}}`. Every service has answered
   * before it resolves. @throws ExportUnavailableError
   */
  async open(userId: string): Promise<AsyncIterable<string>> {
    const parts: [string, AsyncIterable<CandidateRecord>][] = [
      ['documents', this.documents.readRecords(userId)],
      ['links', this.links.readRecords(userId)],
      [
        'analytics',
        exportRows(this.dataSource, PERSONAL_TABLES, await scopeWithLinks(this.dataSource, userId)),
      ],
    ];
    const opened: Opened[] = [];
    try {
      for (const [service, records] of parts) {
        const iterator = records[Symbol.asyncIterator]();
        opened.push({ service, iterator, first: await iterator.next() });
      }
    } catch (cause) {
      for (const { iterator } of opened) await iterator.return?.();
      throw new ExportUnavailableError(cause);
    }
    return write(userId, opened);
  }
}

interface Opened {
  service: string;
  iterator: AsyncIterator<CandidateRecord>;
  first: IteratorResult<CandidateRecord>;
}

async function* write(userId: string, parts: readonly Opened[]): AsyncGenerator<string> {
  yield `{"user_id":${JSON.stringify(userId)},"exported_at":"${new Date().toISOString()}","services":{`;
  try {
    for (const [index, { service, iterator, first }] of parts.entries()) {
      yield `${index === 0 ? '' : ','}${JSON.stringify(service)}:{`;
      let section: string | undefined;
      for (let next = first; !next.done; next = await iterator.next()) {
        const { value } = next;
        if (value.section === section) yield ',';
        else yield `${section === undefined ? '' : '],'}${JSON.stringify(value.section)}:[`;
        section = value.section;
        yield value.record;
      }
      yield section === undefined ? '}' : ']}';
    }
    yield '}}';
  } finally {
    for (const { iterator } of parts) await iterator.return?.();
  }
}
