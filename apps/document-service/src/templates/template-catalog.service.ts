import { buffer } from 'node:stream/consumers';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type DataSource, Repository } from 'typeorm';
import { ownRows } from '../candidates/own-user.js';
import { DOCUMENT_SERVICE_CONFIG, DOCUMENTS_DATA_SOURCE, type DocumentServiceConfig } from '../config.js';
import { DOCUMENT_KINDS, type DocumentKind } from '../documents/document.entity.js';
import { LINK_VARIABLES, type LinkVariable } from '../rendering/link-marks.js';
import type { DocumentStore } from '../storage/document-store.js';
import { openStore } from '../storage/open-store.js';
import { LOOKS, readBuiltInTemplates, type Template, versionOf } from './built-in-templates.js';
import type { FoundTag } from './inspection/find-tags.js';
import { TemplateDefaultEntity, TemplateEntity, TemplateVersionEntity } from './template.entity.js';
import { TemplateNotFoundError } from './templates.errors.js';

export interface TemplateWish {
  kind: DocumentKind;
  /** A built-in look, an uploaded template's id, or `<id>:<version>`. Absent: the user's own, else the first look. */
  templateId?: string | undefined;
  userId: string;
}

type Owner = { user_id?: string };

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
    if (templateId !== undefined) return this.getNamed(kind, templateId, ownRows());
    const chosen = await this.defaults.findOneBy({ user_id: userId, kind });
    // Whoever chose it for the user was allowed to, whatever this caller's key opens.
    return chosen ? this.getNamed(kind, chosen.template_id, {}) : this.getBuiltIn(kind, LOOKS[0]);
  }

  getBuiltIn(kind: DocumentKind, look: string): Template {
    const template = this.builtIn.get(`${kind} ${look}`);
    if (!template) throw new TemplateNotFoundError(look, kind);
    return template;
  }

  /** A template of whichever kind, for who wants to look at it. Throws {@link TemplateNotFoundError}. */
  async getAny(templateId: string, kind?: DocumentKind): Promise<Template> {
    for (const each of kind ? [kind] : DOCUMENT_KINDS) {
      const found =
        this.builtIn.get(`${each} ${templateId}`) ?? (await this.findUploaded(each, templateId, ownRows()));
      if (found) return found;
    }
    throw new TemplateNotFoundError(templateId, kind);
  }

  private async getNamed(kind: DocumentKind, wanted: string, owner: Owner): Promise<Template> {
    const template = this.builtIn.get(`${kind} ${wanted}`) ?? (await this.findUploaded(kind, wanted, owner));
    if (!template) throw new TemplateNotFoundError(wanted, kind);
    return template;
  }

  private async findUploaded(
    kind: DocumentKind,
    wanted: string,
    owner: Owner,
  ): Promise<Template | undefined> {
    const [, templateId = wanted, version] = /^(.+):(\d{1,9})$/.exec(wanted) ?? [];
    const template = await this.templates.findOneBy({ template_id: templateId, ...owner });
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
      name: template.name,
      kind,
      version: versionOf(bytes),
      bytes,
      links: linksAmong(row.tags),
      olderTags: template.older_tags,
      linkText: template.link_text ?? undefined,
      isBuiltIn: false,
    };
  }
}

function linksAmong(tags: readonly FoundTag[]): LinkVariable[] {
  const names = tags.flatMap(({ kind, name }) => (kind === 'link' ? name.split('.').at(-1) : []));
  return LINK_VARIABLES.filter((variable) => names.includes(variable));
}
