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
import { type CoverLetterRequest, coverLetterSchema } from '../requests/cover-letter-request.js';
import { type ResumeRequest, resumeSchema } from '../requests/resume-request.js';
import { contentDisposition, docxName, isFileName, pdfName } from '../storage/file-name.js';
import { DocumentArchive, type DocumentKey } from './document-archive.service.js';
import { DocumentPdfs } from './document-pdfs.service.js';
import { DocumentNotFoundError } from './documents.errors.js';
import { DocumentsService } from './documents.service.js';

const TYPES = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pdf: 'application/pdf',
};
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const formatQuery = z.object({ format: z.enum(['docx', 'pdf']).default('docx') });

@Controller()
export class DocumentsController {
  constructor(
    private readonly documents: DocumentsService,
    private readonly archive: DocumentArchive,
    private readonly pdfs: DocumentPdfs,
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
    return this.send({ filename: docxName(filename) }, filename.endsWith('.pdf') ? 'pdf' : 'docx');
  }

  @Get('documents/:id')
  downloadById(
    @Param('id') id: string,
    @Query({ schema: formatQuery }) { format }: z.output<typeof formatQuery>,
  ) {
    if (!UUID.test(id)) throw new DocumentNotFoundError();
    return this.send({ document_id: id }, format);
  }

  @Delete('documents/:id')
  async remove(@Param('id') id: string) {
    if (!UUID.test(id)) throw new DocumentNotFoundError();
    const { document_id, filename } = await this.archive.remove({ document_id: id });
    return { success: true, message: 'Document deleted', document_id, filename };
  }

  private async send(key: DocumentKey, format: 'docx' | 'pdf'): Promise<StreamableFile> {
    const { document, stream, size } = await (format === 'pdf' ? this.pdfs : this.archive).open(key);
    const name = format === 'pdf' ? pdfName(document.filename) : document.filename;
    return new StreamableFile(stream, {
      type: TYPES[format],
      disposition: contentDisposition(name),
      length: size,
    });
  }
}
