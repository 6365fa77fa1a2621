import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { z } from 'zod';
import { type CoverLetterRequest, coverLetterSchema } from '../requests/cover-letter-request.js';
import { type ResumeRequest, resumeSchema } from '../requests/resume-request.js';
import { contentDisposition, isFileName } from '../storage/file-name.js';
import { DocumentArchive } from './document-archive.service.js';
import { DocumentNotFoundError, PdfUnavailableError } from './documents.errors.js';
import { DocumentsService } from './documents.service.js';

const DOCX_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const formatQuery = z.object({ format: z.enum(['docx', 'pdf']).default('docx') });

@Controller()
export class DocumentsController {
  constructor(
    private readonly documents: DocumentsService,
    private readonly archive: DocumentArchive,
  ) {}

  @Post('resume')
  @HttpCode(200)
  generateResume(
    @Body({ schema: resumeSchema }) request: ResumeRequest,
    @Headers('idempotency-key') idempotencyKey?: string,
  ) {
    return this.documents.generateResume(request, idempotencyKey);
  }

  @Post('cover-letter')
  @HttpCode(200)
  generateCoverLetter(
    @Body({ schema: coverLetterSchema }) request: CoverLetterRequest,
    @Headers('idempotency-key') idempotencyKey?: string,
  ) {
    return this.documents.generateCoverLetter(request, idempotencyKey);
  }

  @Get('download/:filename')
  download(@Param('filename') filename: string) {
    if (!isFileName(filename)) throw new DocumentNotFoundError();
    return this.send({ filename });
  }

  @Get('documents/:id')
  downloadById(
    @Param('id') id: string,
    @Query({ schema: formatQuery }) { format }: z.output<typeof formatQuery>,
  ) {
    if (!UUID.test(id)) throw new DocumentNotFoundError();
    if (format === 'pdf') throw new PdfUnavailableError();
    return this.send({ document_id: id });
  }

  private async send(key: Parameters<DocumentArchive['open']>[0]): Promise<StreamableFile> {
    const { document, stream, size } = await this.archive.open(key);
    const disposition = contentDisposition(document.filename);
    return new StreamableFile(stream, { type: DOCX_TYPE, disposition, length: size });
  }
}
