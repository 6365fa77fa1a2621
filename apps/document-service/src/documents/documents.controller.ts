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
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Scopes, UserScoped } from '#platform';
import { type CoverLetterRequest, coverLetterSchema } from '../requests/cover-letter-request.js';
import { type ResumeRequest, resumeSchema } from '../requests/resume-request.js';
import { contentDisposition } from '../storage/file-name.js';
import {
  CONTENT_TYPES,
  DOCX_FILE,
  type DocumentFile,
  DocumentFiles,
  PDF_FILE,
} from './document-files.service.js';
import { DocumentsService } from './documents.service.js';

const formatQuery = z.object({ format: z.enum(['docx', 'pdf']).default('docx') });

@ApiTags('documents')
@UserScoped()
@Scopes('documents:write')
@Controller()
export class DocumentsController {
  constructor(
    private readonly documents: DocumentsService,
    private readonly files: DocumentFiles,
  ) {}

  @ApiOperation({ summary: 'Makes a resume whose links are tracked' })
  @Post('resume')
  @HttpCode(200)
  generateResume(
    @Body({ schema: resumeSchema }) request: ResumeRequest,
    @Headers('idempotency-key') idempotencyKey?: string,
  ) {
    return this.documents.generateResume(request, idempotencyKey);
  }

  @ApiOperation({ summary: 'Makes a cover letter whose links are tracked' })
  @Post('cover-letter')
  @HttpCode(200)
  generateCoverLetter(
    @Body({ schema: coverLetterSchema }) request: CoverLetterRequest,
    @Headers('idempotency-key') idempotencyKey?: string,
  ) {
    return this.documents.generateCoverLetter(request, idempotencyKey);
  }

  @ApiOperation({ summary: 'A document by the name of its file' })
  @ApiResponse({ status: 200, content: { ...DOCX_FILE, ...PDF_FILE } })
  @Get('download/:filename')
  async download(@Param('filename') filename: string) {
    return send(await this.files.openByName(filename));
  }

  @ApiOperation({ summary: 'A document by its id, in either format' })
  @ApiResponse({ status: 200, content: { ...DOCX_FILE, ...PDF_FILE } })
  @Get('documents/:id')
  async downloadById(
    @Param('id') id: string,
    @Query({ schema: formatQuery }) { format }: z.output<typeof formatQuery>,
  ) {
    return send(await this.files.openById(id, format));
  }

  @ApiOperation({ summary: 'Deletes a document and its files' })
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
