import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Histogram } from 'prom-client';
import { InvalidConfigError, inSpan, Metrics } from '#platform';
import { BoundedQueue } from '../bounded-queue.js';
import { DOCUMENT_SERVICE_CONFIG, type DocumentServiceConfig } from '../config.js';
import type { DocumentWarning } from '../rendering/render-warnings.js';
import { convertByGotenberg } from './gotenberg.js';
import { PdfConversionError, PdfUnavailableError } from './pdf.errors.js';
import { missingTargets } from './pdf-links.js';
import { convertBySoffice, findSoffice } from './soffice.js';

export interface PdfDocument {
  bytes: Buffer;
  warnings: DocumentWarning[];
}

/** LibreOffice takes a whole core for about a second a document. */
const CONVERSIONS_AT_ONCE = 2;

type Convert = (docx: Uint8Array, slot: number) => Promise<Buffer>;

/** Makes PDFs of documents with the converter that is set up: a few at a time, a bounded number waiting. */
@Injectable()
export class PdfConverter implements OnApplicationShutdown {
  private readonly convertBytes: Convert | undefined;
  private readonly queue: BoundedQueue<number>;
  private readonly duration: Histogram<'outcome'>;
  private profiles: string | undefined;

  constructor(
    @Inject(DOCUMENT_SERVICE_CONFIG) config: DocumentServiceConfig,
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    this.convertBytes = this.choose(config);
    this.queue = new BoundedQueue({
      slots: Array.from({ length: CONVERSIONS_AT_ONCE }, (_, slot) => slot),
      maxWaiting: config.PDF_QUEUE_SIZE,
      refusal: { code: 'pdf_queue_full', work: 'PDFs are being made', retryAfterSeconds: 5 },
    });
    this.duration = new Histogram({
      name: 'footfall_documents_pdf_duration_seconds',
      help: 'Time to convert one document to PDF, waiting not included; outcome: made or failed.',
      labelNames: ['outcome'],
      buckets: [0.25, 0.5, 1, 2, 4, 8, 16, 32],
      registers: [metrics.registry],
    });
  }

  /** Throws {@link PdfUnavailableError} when no converter is set up. */
  requireAvailable(): void {
    if (!this.convertBytes) throw new PdfUnavailableError();
  }

  /**
   * The document as PDF, with a warning when links are missing in it. Throws {@link PdfUnavailableError},
   * {@link PdfConversionError} or, when too many wait, QueueFullError.
   */
  async convert(docx: Uint8Array): Promise<PdfDocument> {
    const { convertBytes } = this;
    if (!convertBytes) throw new PdfUnavailableError();
    const bytes = await this.queue.run((slot) =>
      this.timed(() => inSpan('make pdf', {}, () => convertBytes(docx, slot))),
    );
    const missing = missingTargets(docx, bytes);
    if (missing.length === 0) return { bytes, warnings: [] };
    this.logger.warn({ links: missing.length }, 'pdf lacks links of its document');
    const message = `${missing.length} of the document's links cannot be followed in the PDF: ${missing.join(', ')}`;
    return { bytes, warnings: [{ code: 'pdf_links_differ', targets: missing, message }] };
  }

  onApplicationShutdown(): void {
    if (this.profiles) rmSync(this.profiles, { recursive: true, force: true });
  }

  private async timed(convert: () => Promise<Buffer>): Promise<Buffer> {
    const stopTimer = this.duration.startTimer();
    try {
      const bytes = await convert();
      if (bytes.subarray(0, 4).toString('latin1') !== '%PDF') throw new Error('the answer is no PDF');
      stopTimer({ outcome: 'made' });
      return bytes;
    } catch (error) {
      stopTimer({ outcome: 'failed' });
      this.logger.error({ err: error }, 'pdf could not be made');
      throw new PdfConversionError(error);
    }
  }

  private choose({ PDF_CONVERTER, GOTENBERG_URL }: DocumentServiceConfig): Convert | undefined {
    if (PDF_CONVERTER === 'none') return undefined;
    if (PDF_CONVERTER === 'gotenberg') return (docx) => convertByGotenberg(docx, GOTENBERG_URL);
    const program = findSoffice();
    if (!program && PDF_CONVERTER === 'soffice') {
      throw new InvalidConfigError(['PDF_CONVERTER is soffice, but there is no soffice on the PATH']);
    }
    if (!program) return undefined;
    return (docx, slot) => convertBySoffice(docx, { program, profile: this.profileOf(slot) });
  }

  /** Two LibreOffices with one profile would stop each other; other processes have their own, too. */
  private profileOf(slot: number): string {
    this.profiles ??= mkdtempSync(join(tmpdir(), 'footfall-soffice-'));
    return join(this.profiles, String(slot));
  }
}
