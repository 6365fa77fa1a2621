import { Inject, Injectable } from '@nestjs/common';
import { inSpan } from '#platform';
import { BoundedQueue } from '../bounded-queue.js';
import { DOCUMENT_SERVICE_CONFIG, type DocumentServiceConfig } from '../config.js';
import { PdfConverter, type PdfDocument } from '../pdf/pdf-converter.service.js';
import { type RenderedDocument, type RenderRequest, renderDocument } from '../rendering/render-document.js';
import { TemplateInvalidError } from '../rendering/template-invalid-error.js';
import type { Template } from '../templates/built-in-templates.js';
import { TemplateProcesses } from '../templates/isolation/template-processes.service.js';
import { TemplateCatalog, type TemplateWish } from '../templates/template-catalog.service.js';
import { DocumentMetrics } from './document-metrics.service.js';
import { TemplateNotFillableError } from './documents.errors.js';

/** Documents in the making at once: what they mostly wait for is link-service and the database. */
const DOCUMENTS_AT_ONCE = 32;

/**
 * Fills in templates of the catalog, timed: built-in ones here, uploaded ones in a process of their own. Makes PDFs of
 * what came out.
 */
@Injectable()
export class DocumentRenderer {
  private readonly queue: BoundedQueue;

  constructor(
    private readonly templates: TemplateCatalog,
    private readonly processes: TemplateProcesses,
    private readonly pdfs: PdfConverter,
    private readonly metrics: DocumentMetrics,
    @Inject(DOCUMENT_SERVICE_CONFIG) { RENDER_QUEUE_SIZE }: DocumentServiceConfig,
  ) {
    this.queue = new BoundedQueue({
      slots: Array.from({ length: DOCUMENTS_AT_ONCE }, () => undefined),
      maxWaiting: RENDER_QUEUE_SIZE,
      refusal: { code: 'render_queue_full', work: 'documents are being made', retryAfterSeconds: 1 },
    });
  }

  /** Makes a document when it is its turn. Throws QueueFullError at once when too many wait already. */
  inTurn<T>(make: () => Promise<T>): Promise<T> {
    return this.queue.run(make);
  }

  getTemplate(wish: TemplateWish): Promise<Template> {
    return this.templates.get(wish);
  }

  /** Throws PdfUnavailableError when no converter is set up. */
  requirePdf(): void {
    this.pdfs.requireAvailable();
  }

  convert({ bytes }: RenderedDocument): Promise<PdfDocument> {
    return this.pdfs.convert(bytes);
  }

  async render(template: Template, wanted: Omit<RenderRequest, 'template'>): Promise<RenderedDocument> {
    const stopTimer = this.metrics.renderDuration.startTimer({ kind: template.kind });
    try {
      const request = { ...wanted, template: template.bytes };
      return await inSpan('render', { 'footfall.document.kind': template.kind }, () =>
        template.isBuiltIn ? renderDocument(request) : this.renderApart(request),
      );
    } catch (error) {
      if (error instanceof TemplateInvalidError) throw new TemplateNotFillableError(error);
      throw error;
    } finally {
      stopTimer();
    }
  }

  private async renderApart(request: RenderRequest): Promise<RenderedDocument> {
    const outcome = await this.processes.run({ kind: 'render', ...request });
    if (!('rendered' in outcome)) throw new Error('a render ended without a document');
    const { bytes, warnings, placements } = outcome.rendered;
    return { bytes: Buffer.from(bytes), warnings, placementsOf: (variable) => placements[variable] ?? 0 };
  }
}
