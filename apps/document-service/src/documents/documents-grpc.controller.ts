import { buffer } from 'node:stream/consumers';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { z } from 'zod';
import type { documentsV1 } from '#contracts';
import { CodedError, Scopes, UserScoped } from '#platform';
import { coverLetterSchema } from '../requests/cover-letter-request.js';
import { resumeSchema } from '../requests/resume-request.js';
import type { DocumentAnswer } from './document-answer.js';
import { CONTENT_TYPES, DocumentFiles } from './document-files.service.js';
import { DocumentsService } from './documents.service.js';

type RenderRequest = documentsV1.RenderResumeRequest | documentsV1.RenderCoverLetterRequest;

const formatSchema = z.object({ format: z.enum(['docx', 'pdf']).default('docx') });

/** The payload or another field is not what the call takes. */
export class InvalidPayloadError extends CodedError {
  constructor(message: string, details: unknown[] = []) {
    super({ code: 'invalid_request', kind: 'invalid', message, details });
  }
}

/** Documents over gRPC: contracts' `footfall.documents.v1.DocumentService`. */
@UserScoped()
@Scopes('documents:write')
@Controller()
export class DocumentsGrpcController {
  constructor(
    private readonly documents: DocumentsService,
    private readonly files: DocumentFiles,
  ) {}

  @GrpcMethod('DocumentService', 'RenderResume')
  async renderResume(request: documentsV1.RenderResumeRequest): Promise<documentsV1.RenderResumeResponse> {
    const resume = parsePayload(resumeSchema, request);
    return { document: toMessage(await this.documents.generateResume(resume, request.idempotencyKey)) };
  }

  @GrpcMethod('DocumentService', 'RenderCoverLetter')
  async renderCoverLetter(
    request: documentsV1.RenderCoverLetterRequest,
  ): Promise<documentsV1.RenderCoverLetterResponse> {
    const letter = parsePayload(coverLetterSchema, request);
    return { document: toMessage(await this.documents.generateCoverLetter(letter, request.idempotencyKey)) };
  }

  @GrpcMethod('DocumentService', 'GetDocument')
  async getDocument(request: documentsV1.GetDocumentRequest): Promise<documentsV1.GetDocumentResponse> {
    const { format } = parse(formatSchema, { format: request.format });
    const { name, stream } = await this.files.openById(request.documentId, format);
    return { filename: name, contentType: CONTENT_TYPES[format], content: await buffer(stream) };
  }
}

function parsePayload<S extends z.ZodType>(schema: S, { payload, format }: RenderRequest): z.output<S> {
  return parse(schema, { ...parseObject(payload), ...(format !== undefined && { format }) });
}

function parseObject(payload: string): object {
  try {
    const body: unknown = JSON.parse(payload || '{}');
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  } catch {
    // Said below, as for any other text that is no object.
  }
  throw new InvalidPayloadError('payload: must be the JSON object that the REST call takes');
}

function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new InvalidPayloadError(`${details[0]?.path}: ${details[0]?.message}`, details);
}

function toMessage(answer: DocumentAnswer): documentsV1.Document {
  return {
    documentId: answer.document_id,
    filename: answer.filename,
    downloadUrl: answer.download_url,
    createdAt: new Date(answer.timestamp),
    size: answer.size,
    sha256: answer.sha256,
    tracking: {
      enabled: answer.tracking.enabled,
      fallback: answer.tracking.fallback,
      reason: answer.tracking.reason,
    },
    links: answer.links.map((link) => ({
      variable: link.variable,
      linkFunction: link.function,
      trackingId: link.tracking_id ?? undefined,
      redirectUrl: link.redirect_url ?? undefined,
      originalUrl: link.original_url,
      placements: link.placements,
    })),
    warnings: answer.warnings.map(({ code, message }) => ({ code, message })),
  };
}
