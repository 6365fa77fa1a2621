import type { Answers } from './generated/answers.js';
import { type CallOptions, type ClientOptions, Transport } from './transport.js';

/** What resumes and cover letters have in common; further fields are variables of the template. */
export interface DocumentRequest {
  /** A profile as `getCandidateInfo` answers it will do. */
  personal?: object;
  user_id?: string;
  /** With either id, links are tracked. */
  job_id?: string;
  application_id?: string;
  template_id?: string;
  format?: 'docx' | 'pdf';
  company?: string;
  job_board?: string;
  /** False leaves the original URLs in. */
  track?: boolean;
  [variable: string]: unknown;
}

/**
 * `tracking.fallback`: links could not be tracked, the original URLs went in, and `reason` says why. `warnings`: what a
 * person should look at before sending it. `size` in bytes.
 */
export type GeneratedDocument = Answers['DocumentsController_generateResume'];

type GenerateOptions = CallOptions & { idempotencyKey?: string };

/** Resumes and cover letters with tracked links. */
export class Documents {
  private readonly transport: Transport;

  constructor(options: ClientOptions = {}) {
    this.transport = new Transport(options);
  }

  createResume(request: DocumentRequest, options?: GenerateOptions): Promise<GeneratedDocument> {
    return this.create('/resume', request, options);
  }

  createCoverLetter(request: DocumentRequest, options?: GenerateOptions): Promise<GeneratedDocument> {
    return this.create('/cover-letter', request, options);
  }

  /** The file's bytes; `format: 'pdf'` also for a document that was asked for as .docx. */
  async download(
    documentId: string,
    { format, ...options }: CallOptions & { format?: 'docx' | 'pdf' } = {},
  ): Promise<Uint8Array> {
    const path = `/documents/${encodeURIComponent(documentId)}`;
    const response = await this.transport.send({ method: 'GET', path, query: { format }, ...options });
    return new Uint8Array(await response.arrayBuffer());
  }

  /** One document per call, however often it is tried: every try carries the same key. */
  private create(
    path: string,
    body: DocumentRequest,
    { idempotencyKey = crypto.randomUUID(), ...options }: GenerateOptions = {},
  ): Promise<GeneratedDocument> {
    return this.transport.call({ method: 'POST', path, body, idempotencyKey, ...options });
  }
}
