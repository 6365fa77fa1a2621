import type { ServerWritableStream } from '@grpc/grpc-js';
import { Controller, Inject, Injectable } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { Observable } from 'rxjs';
import { DataSource } from 'typeorm';
import { type CandidateRecord, type CandidateRecords, LINK_RECORDS, type linksV1 } from '#contracts';
import { exportRows, scopeOfUser } from '#events';
import { Scopes } from '#platform';
import { LINKS_DATA_SOURCE } from '../config.js';
import { pacedBy } from '../paced-stream.js';
import { PERSONAL_TABLES } from './personal-links.js';

/** What link-service holds of a candidate. */
@Injectable()
export class LinkRecords implements CandidateRecords {
  constructor(@Inject(LINKS_DATA_SOURCE) private readonly dataSource: DataSource) {}

  readRecords(userId: string): AsyncIterable<CandidateRecord> {
    return exportRows(this.dataSource, PERSONAL_TABLES, scopeOfUser(userId));
  }
}

/** The same over gRPC. */
@Scopes('privacy:write')
@Controller()
export class LinkRecordsController {
  constructor(@Inject(LINK_RECORDS) private readonly records: CandidateRecords) {}

  @GrpcMethod('LinkService', 'ExportCandidate')
  exportCandidate(
    { userId }: linksV1.ExportCandidateRequest,
    _metadata: unknown,
    call: ServerWritableStream<linksV1.ExportCandidateRequest, linksV1.ExportCandidateResponse>,
  ): Observable<linksV1.ExportCandidateResponse> {
    return pacedBy(call, this.records.readRecords(userId), (record) => record);
  }
}
