import { Injectable } from '@nestjs/common';
import { type RenderedDocument, type RenderRequest, renderDocument } from '../rendering/render-document.js';
import { TemplateInvalidError } from '../rendering/template-invalid-error.js';
import type { Template } from '../templates/built-in-templates.js';
import { TemplateProcesses } from '../templates/isolation/template-processes.service.js';
import { TemplateCatalog, type TemplateWish } from '../templates/template-catalog.service.js';
import { DocumentMetrics } from './document-metrics.service.js';
import { TemplateNotFillableError } from './documents.errors.js';

/** Fills in templates of the catalog, timed: built-in ones here, uploaded ones in a process of their own. */
@Injectable()
export class DocumentRenderer {
  constructor(
    private readonly templates: TemplateCatalog,
    private readonly processes: TemplateProcesses,
    private readonly metrics: DocumentMetrics,
  ) {}

  getTemplate(wish: TemplateWish): Promise<Template> {
    return this.templates.get(wish);
  }

  async render(template: Template, wanted: Omit<RenderRequest, 'template'>): Promise<RenderedDocument> {
    const stopTimer = this.metrics.renderDuration.startTimer({ kind: template.kind });
    try {
      const request = { ...wanted, template: template.bytes };
      return template.isBuiltIn ? renderDocument(request) : await this.renderApart(request);
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
