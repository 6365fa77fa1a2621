import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, type EntityManager, IsNull } from 'typeorm';
import { currentUserId } from '#platform';
import { ownRows, requireOwnUser } from '../candidates/own-user.js';
import { DOCUMENTS_DATA_SOURCE } from '../config.js';
import { sampleData } from '../requests/sample-data.js';
import { isLook } from './built-in-templates.js';
import type { Inspection } from './inspection/inspect-template.js';
import { TemplateRefusedError } from './inspection/template-refused-error.js';
import { TemplateProcesses } from './isolation/template-processes.service.js';
import { TemplateDefaultEntity, TemplateEntity, TemplateVersionEntity } from './template.entity.js';
import { TemplateCatalog } from './template-catalog.service.js';
import type { TemplateUpload } from './template-upload.js';
import {
  BuiltInTemplateError,
  TemplateNotFoundError,
  TemplateUploadRefusedError,
} from './templates.errors.js';

export interface UploadedTemplate {
  template: TemplateEntity;
  /** Newest first; never empty. */
  versions: TemplateVersionEntity[];
}

/** Templates that people upload: taken in, listed, deleted. */
@Injectable()
export class TemplatesService {
  constructor(
    @Inject(DOCUMENTS_DATA_SOURCE) private readonly database: DataSource,
    private readonly catalog: TemplateCatalog,
    private readonly processes: TemplateProcesses,
  ) {}

  /**
   * Takes a template in. A name that its owner has already gets a new version, unless the file is the one it has.
   * Throws CandidateNotFoundError for an owner whom the caller's key does not open.
   */
  async upload(form: TemplateUpload): Promise<UploadedTemplate> {
    if (isLook(form.name.toLowerCase())) throw new BuiltInTemplateError(form.name);
    if (form.userId !== undefined) requireOwnUser(form.userId);
    const upload = { ...form, owner: form.userId ?? currentUserId() ?? null };
    const inspection = await this.inspect(upload);
    const storageKey = `uploads/${randomUUID()}`;
    await this.catalog.files.write(storageKey, inspection.bytes);
    try {
      const templateId = await this.database.transaction((manager) =>
        record(manager, upload, { inspection, storageKey }),
      );
      const uploaded = await this.get(templateId);
      if (!uploaded.versions.some((version) => version.storage_key === storageKey)) {
        await this.catalog.files.remove(storageKey);
      }
      return uploaded;
    } catch (error) {
      await this.catalog.files.remove(storageKey);
      throw error;
    }
  }

  async list(): Promise<UploadedTemplate[]> {
    const templates = await this.database
      .getRepository(TemplateEntity)
      .find({ where: ownRows(), order: { name: 'ASC' } });
    const versions = await this.database
      .getRepository(TemplateVersionEntity)
      .find({ order: { version: 'DESC' } });
    const byTemplate = Map.groupBy(versions, ({ template_id }) => template_id);
    return templates.map((template) => ({ template, versions: byTemplate.get(template.template_id) ?? [] }));
  }

  /** Throws {@link TemplateNotFoundError}. */
  async get(templateId: string): Promise<UploadedTemplate> {
    const template = await this.database
      .getRepository(TemplateEntity)
      .findOneBy({ template_id: templateId, ...ownRows() });
    if (!template) throw new TemplateNotFoundError(templateId);
    const versions = await this.database
      .getRepository(TemplateVersionEntity)
      .find({ where: { template_id: templateId }, order: { version: 'DESC' } });
    return { template, versions };
  }

  /** Deletes a template with its versions; users whose default it was are back at the first look. */
  async delete(templateId: string): Promise<void> {
    if (isLook(templateId)) throw new BuiltInTemplateError(templateId);
    const { versions } = await this.get(templateId);
    await this.database.transaction(async (manager) => {
      await manager.delete(TemplateDefaultEntity, { template_id: templateId });
      await manager.delete(TemplateEntity, { template_id: templateId });
    });
    for (const { storage_key } of versions) await this.catalog.files.remove(storage_key);
  }

  private async inspect(upload: OwnedUpload): Promise<Inspection> {
    const { file, kind, olderTags } = upload;
    const known = await findNamesake(this.database.manager, upload);
    const sample = sampleData(kind ?? known?.kind ?? null);
    try {
      const outcome = await this.processes.run({ kind: 'inspect', upload: file, sample, olderTags });
      if ('inspection' in outcome) return outcome.inspection;
      throw new Error('an inspection ended without one');
    } catch (error) {
      if (error instanceof TemplateRefusedError) throw new TemplateUploadRefusedError(error);
      throw error;
    }
  }
}

type OwnedUpload = TemplateUpload & { owner: string | null };

/** The template that has this name already. */
function findNamesake(manager: EntityManager, { name, owner }: OwnedUpload): Promise<TemplateEntity | null> {
  return manager.findOneBy(TemplateEntity, { name, user_id: owner ?? IsNull() });
}

/** Writes the rows of an upload, one upload of a name after the other; answers the template's id. */
async function record(
  manager: EntityManager,
  upload: OwnedUpload,
  { inspection, storageKey }: { inspection: Inspection; storageKey: string },
): Promise<string> {
  const { name, kind, olderTags, linkText, owner, file } = upload;
  await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 1))', [name]);
  const known = await findNamesake(manager, upload);
  const now = new Date();
  const template = manager.create(TemplateEntity, {
    template_id: known?.template_id ?? `tpl_${randomBytes(8).toString('hex')}`,
    name,
    kind: kind ?? known?.kind ?? null,
    older_tags: olderTags,
    link_text: linkText ?? known?.link_text ?? null,
    user_id: owner,
    created_at: known?.created_at ?? now,
  });
  await manager.save(template);
  const { template_id } = template;
  const [latest] = await manager.find(TemplateVersionEntity, {
    where: { template_id },
    order: { version: 'DESC' },
    take: 1,
  });
  const sha256 = createHash('sha256').update(file).digest('hex');
  if (latest?.sha256 === sha256 && known?.older_tags === olderTags && known.kind === template.kind)
    return template_id;
  await manager.insert(TemplateVersionEntity, {
    template_id,
    version: (latest?.version ?? 0) + 1,
    sha256,
    size_bytes: file.length,
    storage_key: storageKey,
    tags: inspection.tags,
    unknown_tags: inspection.unknownTags,
    warnings: inspection.warnings,
    created_at: now,
  });
  return template_id;
}
