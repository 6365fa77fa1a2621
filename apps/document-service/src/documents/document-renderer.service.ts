import { Injectable } from '@nestjs/common';
import type { DocumentLink } from '../rendering/document-links.js';
import type { LinkVariable } from '../rendering/link-marks.js';
import { type RenderedDocument, renderDocument } from '../rendering/render-document.js';
import { TemplateInvalidError } from '../rendering/template-invalid-error.js';
import type { TemplateData } from '../rendering/template-scope.js';
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

  render(
    template: Template,
    data: TemplateData,
    links: Partial<Record<LinkVariable, DocumentLink>>,
  ): RenderedDocument {
    const stopTimer = this.metrics.renderDuration.startTimer({ kind: template.kind });
    try {
      return renderDocument({ template: template.bytes, data, links });
    } catch (error) {
      if (error instanceof TemplateInvalidError) throw new TemplateNotFillableError(error);
      throw error;
    } finally {
      stopTimer();
    }
  }
}
