import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Query,
  StreamableFile,
} from '@nestjs/common';
import { z } from 'zod';
import { UserScoped } from '#platform';
import { type CoverLetterRequest, coverLetterSchema } from '../requests/cover-letter-request.js';
import { type ResumeRequest, resumeSchema } from '../requests/resume-request.js';
import { contentDisposition } from '../storage/file-name.js';
import { CONTENT_TYPES, type DocumentFile, DocumentFiles } from './document-files.service.js';
import { DocumentsService } from './documents.service.js';

const formatQuery = z.object({ format: z.enum(['docx', 'pdf']).default('docx') });

@UserScoped()
@Controller()
export class DocumentsController {
  constructor(
    private readonly documents: DocumentsService,
    private readonly files: DocumentFiles,
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
  async download(@Param('filename') filename: string) {
    return send(await this.files.openByName(filename));
  }

  @Get('documents/:id')
  async downloadById(
    @Param('id') id: string,
    @Query({ schema: formatQuery }) { format }: z.output<typeof formatQuery>,
  ) {
    return send(await this.files.openById(id, format));
  }

  @Delete('documents/:id')
  async remove(@Param('id') id: string) {
    const { document_id, filename } = await this.files.remove(id);
    return { success: true, message: 'Document deleted', document_id, filename };
  }
}

function send({ name, stream, size }: DocumentFile): StreamableFile {
  const type = CONTENT_TYPES[name.endsWith('.pdf') ? 'pdf' : 'docx'];
  return new StreamableFile(stream, { type, disposition: contentDisposition(name), length: size });
}
