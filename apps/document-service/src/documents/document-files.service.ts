import { Injectable } from '@nestjs/common';
import { docxName, isFileName, pdfName } from '../storage/file-name.js';
import { DocumentArchive, type DocumentKey, type StoredDocument } from './document-archive.service.js';
import { DocumentPdfs } from './document-pdfs.service.js';
import { DocumentNotFoundError } from './documents.errors.js';

export type DocumentFormat = 'docx' | 'pdf';

export const CONTENT_TYPES: Record<DocumentFormat, string> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pdf: 'application/pdf',
};

const BINARY = { schema: { type: 'string', format: 'binary' } };
/** As the description of the API names them. */
export const DOCX_FILE = { [CONTENT_TYPES.docx]: BINARY };
export const PDF_FILE = { [CONTENT_TYPES.pdf]: BINARY };

/** A document in the format asked for, with its name in that format. */
export interface DocumentFile extends StoredDocument {
  name: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Documents as callers ask for them: by id or by file name, as .docx or PDF. */
@Injectable()
export class DocumentFiles {
  constructor(
    private readonly archive: DocumentArchive,
    private readonly pdfs: DocumentPdfs,
  ) {}

  openById(id: string, format: DocumentFormat): Promise<DocumentFile> {
    return this.open(byId(id), format);
  }

  /** The name's ending says which format. */
  openByName(filename: string): Promise<DocumentFile> {
    if (!isFileName(filename)) throw new DocumentNotFoundError();
    return this.open({ filename: docxName(filename) }, filename.endsWith('.pdf') ? 'pdf' : 'docx');
  }

  /** Deletes a document in every format. */
  async remove(id: string) {
    return this.archive.remove(byId(id));
  }

  private async open(key: DocumentKey, format: DocumentFormat): Promise<DocumentFile> {
    const stored = await (format === 'pdf' ? this.pdfs : this.archive).open(key);
    const { filename } = stored.document;
    return { ...stored, name: format === 'pdf' ? pdfName(filename) : filename };
  }
}

function byId(id: string): DocumentKey {
  if (!UUID.test(id)) throw new DocumentNotFoundError();
  return { document_id: id };
}
