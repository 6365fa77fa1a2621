import { Injectable } from '@nestjs/common';
import { type RenderedDocument, type RenderRequest, renderDocument } from '../rendering/render-document.js';
import { TemplateInvalidError } from '../rendering/template-invalid-error.js';
import { type Template, TemplateCatalog } from '../templates/template-catalog.service.js';
import type { DocumentKind } from './document.entity.js';
import { DocumentMetrics } from './document-metrics.service.js';
import { TemplateNotFillableError } from './documents.errors.js';

/** Fills in templates of the catalog, timed. */
@Injectable()
export class DocumentRenderer {
  constructor(
    private readonly templates: TemplateCatalog,
    private readonly metrics: DocumentMetrics,
  ) {}

  getTemplate(kind: DocumentKind, templateId: string | undefined): Template {
    return this.templates.get(kind, templateId);
  }

  render(template: Template, request: Omit<RenderRequest, 'template'>): RenderedDocument {
    const stopTimer = this.metrics.renderDuration.startTimer({ kind: template.kind });
    try {
      return renderDocument({ ...request, template: template.bytes });
    } catch (error) {
      if (error instanceof TemplateInvalidError) throw new TemplateNotFillableError(error);
      throw error;
    } finally {
      stopTimer();
    }
  }
}
