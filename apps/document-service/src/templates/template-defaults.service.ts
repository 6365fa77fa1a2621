import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { CandidatesService } from '../candidates/candidates.service.js';
import { DOCUMENTS_DATA_SOURCE } from '../config.js';
import { DOCUMENT_KINDS, type DocumentKind } from '../documents/document.entity.js';
import { LOOKS } from './built-in-templates.js';
import { TemplateDefaultEntity } from './template.entity.js';
import { TemplateCatalog } from './template-catalog.service.js';

const choice = z
  .string()
  .max(100)
  .nullish()
  .transform((templateId) => templateId || undefined);

/** What is not given goes back to the first look. */
export const templateDefaultsSchema = z.object({ resume: choice, cover_letter: choice });
export type TemplateDefaults = z.output<typeof templateDefaultsSchema>;

/** Which template each user's documents are made from when a request names none. */
@Injectable()
export class TemplateDefaultsService {
  constructor(
    @Inject(DOCUMENTS_DATA_SOURCE) private readonly database: DataSource,
    private readonly candidates: CandidatesService,
    private readonly catalog: TemplateCatalog,
  ) {}

  /** Throws CandidateNotFoundError. */
  async get(userId: string): Promise<Record<DocumentKind, string>> {
    await this.candidates.get(userId);
    const rows = await this.database.getRepository(TemplateDefaultEntity).findBy({ user_id: userId });
    const chosen = Object.fromEntries(rows.map(({ kind, template_id }) => [kind, template_id]));
    return { resume: LOOKS[0], cover_letter: LOOKS[0], ...chosen };
  }

  /** Throws CandidateNotFoundError, and TemplateNotFoundError for a template that is not there for that kind. */
  async put(userId: string, chosen: TemplateDefaults): Promise<Record<DocumentKind, string>> {
    await this.candidates.get(userId);
    const rows = DOCUMENT_KINDS.flatMap((kind) => {
      const templateId = chosen[kind];
      return templateId ? { user_id: userId, kind, template_id: templateId } : [];
    });
    for (const { kind, template_id } of rows)
      await this.catalog.get({ kind, templateId: template_id, userId });
    await this.database.transaction(async (manager) => {
      await manager.delete(TemplateDefaultEntity, { user_id: userId });
      await manager.insert(TemplateDefaultEntity, rows);
    });
    return this.get(userId);
  }
}
