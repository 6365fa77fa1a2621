import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import { PdfConverter, type PdfDocument } from '../pdf/pdf-converter.service.js';
import { DocumentArchive, type DocumentKey, type StoredDocument } from './document-archive.service.js';

/** Documents as PDF: made from the stored .docx when first asked for, so both carry the same links, then kept. */
@Injectable()
export class DocumentPdfs {
  /** Conversions going on, by document: whoever asks meanwhile gets the same one. */
  private readonly making = new Map<string, Promise<PdfDocument>>();

  constructor(
    private readonly archive: DocumentArchive,
    private readonly converter: PdfConverter,
  ) {}

  /** A document's PDF, made now when there is none yet. Throws as {@link PdfConverter.convert} does. */
  async open(where: DocumentKey): Promise<StoredDocument> {
    const kept = await this.archive.findPdf(where);
    if (kept) return kept;
    this.converter.requireAvailable();
    const source = await this.archive.open(where);
    const { document } = source;
    const id = document.document_id;
    const making = this.making.get(id) ?? this.make(source).finally(() => this.making.delete(id));
    this.making.set(id, making);
    const { bytes } = await making;
    return { document, stream: Readable.from([bytes]), size: bytes.length };
  }

  private async make({ document, stream }: StoredDocument): Promise<PdfDocument> {
    const pdf = await this.converter.convert(await buffer(stream));
    await this.archive.writePdf(document, pdf.bytes);
    return pdf;
  }
}
