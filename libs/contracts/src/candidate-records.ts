import { type Client, credentials, Metadata } from '@grpc/grpc-js';
import { DocumentServiceClient } from './generated/footfall/documents/v1/documents.js';
import { type ExportCandidateResponse, LinkServiceClient } from './generated/footfall/links/v1/links.js';
import type { GrpcLinkClientOptions } from './grpc-link-client.js';
import { traceCalls } from './trace-calls.js';

/** A record as its owner reads it: what kind it is, and its JSON. */
export type CandidateRecord = ExportCandidateResponse;

/** One service's part of everything that is held of a candidate, whether it lives in this process or behind gRPC. */
export interface CandidateRecords {
  /** The records, those of one section together. Rejects when the service is away, also midway. */
  readRecords(userId: string): AsyncIterable<CandidateRecord>;
}

/** Injection tokens of link-service's and document-service's {@link CandidateRecords}. */
export const LINK_RECORDS = Symbol('LINK_RECORDS');
export const DOCUMENT_RECORDS = Symbol('DOCUMENT_RECORDS');

/** {@link CandidateRecords} over gRPC. */
export class GrpcCandidateRecords implements CandidateRecords {
  private readonly metadata = new Metadata();
  private readonly client: LinkServiceClient | DocumentServiceClient;

  constructor(service: 'links' | 'documents', { address, apiKey, credentials: tls }: GrpcLinkClientOptions) {
    const ServiceClient = service === 'links' ? LinkServiceClient : DocumentServiceClient;
    this.client = new ServiceClient(address, tls ?? credentials.createInsecure(), {
      interceptors: [traceCalls],
    });
    if (apiKey) this.metadata.set('x-api-key', apiKey);
  }

  async *readRecords(userId: string): AsyncIterable<CandidateRecord> {
    const stream = this.client.exportCandidate({ userId }, this.metadata);
    try {
      for await (const record of stream) yield record as CandidateRecord;
    } finally {
      stream.cancel();
    }
  }

  close(): void {
    (this.client as Client).close();
  }
}
