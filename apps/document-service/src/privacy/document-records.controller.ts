import { Controller, Inject, Injectable } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { from, type Observable } from 'rxjs';
import { DataSource } from 'typeorm';
import { type CandidateRecord, type CandidateRecords, DOCUMENT_RECORDS, type documentsV1 } from '#contracts';
import { exportRows, scopeOfUser } from '#events';
import { Scopes } from '#platform';
import { DOCUMENTS_DATA_SOURCE } from '../config.js';
import { PERSONAL_TABLES } from './personal-documents.js';

/** What document-service holds of a candidate; of a document, also where its file is to be had. */
@Injectable()
export class DocumentRecords implements CandidateRecords {
  constructor(@Inject(DOCUMENTS_DATA_SOURCE) private readonly dataSource: DataSource) {}

  async *readRecords(userId: string): AsyncIterable<CandidateRecord> {
    for await (const found of exportRows(this.dataSource, PERSONAL_TABLES, scopeOfUser(userId))) {
      yield found.section === 'documents' ? { ...found, record: withDownload(found.record) } : found;
    }
  }
}

/** The same over gRPC. */
@Scopes('privacy:write')
@Controller()
export class DocumentRecordsController {
  constructor(@Inject(DOCUMENT_RECORDS) private readonly records: CandidateRecords) {}

  @GrpcMethod('DocumentService', 'ExportCandidate')
  exportCandidate({
    userId,
  }: documentsV1.ExportCandidateRequest): Observable<documentsV1.ExportCandidateResponse> {
    return from(this.records.readRecords(userId));
  }
}

function withDownload(record: string): string {
  const { storage_key: _, ...document } = JSON.parse(record) as { document_id: string; storage_key: string };
  return JSON.stringify({ ...document, download_url: `/documents/${document.document_id}` });
}
