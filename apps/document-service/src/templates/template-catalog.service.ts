import { buffer } from 'node:stream/consumers';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type DataSource, Repository } from 'typeorm';
import { DOCUMENT_SERVICE_CONFIG, DOCUMENTS_DATA_SOURCE, type DocumentServiceConfig } from '../config.js';
import type { DocumentKind } from '../documents/document.entity.js';
import type { DocumentStore } from '../storage/document-store.js';
import { openStore } from '../storage/open-store.js';
import { LOOKS, readBuiltInTemplates, type Template, versionOf } from './built-in-templates.js';
import { TemplateDefaultEntity, TemplateEntity, TemplateVersionEntity } from './template.entity.js';
import { TemplateNotFoundError } from './templates.errors.js';

export interface TemplateWish {
  kind: DocumentKind;
  /** A built-in look, an uploaded template's id, or `<id>:<version>`. Absent: the user's own, else the first look. */
  templateId?: string | undefined;
  userId: string;
}

/** Finds the template a document is made from. Nothing but bytes is kept: every render unpacks them anew. */
@Injectable()
export class TemplateCatalog implements OnModuleInit, OnApplicationShutdown {
  readonly files: DocumentStore;
  private builtIn: ReadonlyMap<string, Template> = new Map();
  private readonly templates: Repository<TemplateEntity>;
  private readonly versions: Repository<TemplateVersionEntity>;
  private readonly defaults: Repository<TemplateDefaultEntity>;

  constructor(
    @Inject(DOCUMENTS_DATA_SOURCE) database: DataSource,
    @Inject(DOCUMENT_SERVICE_CONFIG) config: DocumentServiceConfig,
  ) {
    this.files = openStore(config, 'templates');
    this.templates = database.getRepository(TemplateEntity);
    this.versions = database.getRepository(TemplateVersionEntity);
    this.defaults = database.getRepository(TemplateDefaultEntity);
  }

  async onModuleInit(): Promise<void> {
    this.builtIn = await readBuiltInTemplates();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.files.close();
  }

  /** Throws {@link TemplateNotFoundError} for one that is unknown or of the other kind. */
  async get({ kind, templateId, userId }: TemplateWish): Promise<Template> {
    const wanted = templateId ?? (await this.defaults.findOneBy({ user_id: userId, kind }))?.template_id;
    if (wanted === undefined) return this.getBuiltIn(kind, LOOKS[0]);
    const template = this.builtIn.get(`${kind} ${wanted}`) ?? (await this.findUploaded(kind, wanted));
    if (!template) throw new TemplateNotFoundError(wanted, kind);
    return template;
  }

  getBuiltIn(kind: DocumentKind, look: string): Template {
    const template = this.builtIn.get(`${kind} ${look}`);
    if (!template) throw new TemplateNotFoundError(look, kind);
    return template;
  }

  private async findUploaded(kind: DocumentKind, wanted: string): Promise<Template | undefined> {
    const [, templateId = wanted, version] = /^(.+):(\d{1,9})$/.exec(wanted) ?? [];
    const template = await this.templates.findOneBy({ template_id: templateId });
    if (!template || (template.kind ?? kind) !== kind) return undefined;
    const row = await this.versions.findOne({
      where: { template_id: templateId, ...(version && { version: Number(version) }) },
      order: { version: 'DESC' },
    });
    const file = row && (await this.files.find(row.storage_key));
    if (!file) return undefined;
    const bytes = await buffer(file.stream);
    return {
      templateId,
      kind,
      version: versionOf(bytes),
      bytes,
      olderTags: template.older_tags,
      isBuiltIn: false,
    };
  }
}
