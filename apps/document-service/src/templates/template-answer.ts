import { DOCUMENT_KINDS } from '../documents/document.entity.js';
import type { DocumentWarning } from '../rendering/render-warnings.js';
import { bracesOnly } from '../rendering/tag-expression.js';
import { DEFAULT_LINK_TEXT } from '../requests/fields.js';
import { LOOKS, type Template } from './built-in-templates.js';
import { findTags } from './inspection/find-tags.js';
import { readArchive } from './inspection/read-archive.js';
import { TEMPLATE_LIMITS } from './inspection/template-limits.js';
import { parseParts } from './inspection/xml-part.js';
import type { TemplateVersionEntity } from './template.entity.js';
import type { UploadedTemplate } from './templates.service.js';

/** One line of `GET /templates`. */
export function summarize({ template, versions: [latest] }: UploadedTemplate) {
  return {
    template_id: template.template_id,
    name: template.name,
    kinds: template.kind ? [template.kind] : [...DOCUMENT_KINDS],
    built_in: false as const,
    older_tags: template.older_tags,
    link_text: template.link_text ?? DEFAULT_LINK_TEXT,
    user_id: template.user_id,
    version: latest?.version ?? 0,
    size: latest?.size_bytes ?? 0,
    created_at: template.created_at.toISOString(),
    updated_at: (latest?.created_at ?? template.created_at).toISOString(),
  };
}

export function summarizeLook(look: string) {
  return { template_id: look, name: look, kinds: [...DOCUMENT_KINDS], built_in: true as const };
}

export const LOOK_SUMMARIES = LOOKS.map(summarizeLook);

/** What `POST /templates` and `GET /templates/:id` answer. */
export function describeTemplate(uploaded: UploadedTemplate) {
  const [latest] = uploaded.versions;
  return {
    success: true,
    ...summarize(uploaded),
    tags: latest?.tags ?? [],
    unknown_tags: latest?.unknown_tags ?? [],
    warnings: (latest?.warnings ?? []) as DocumentWarning[],
    versions: uploaded.versions.map(describeVersion),
  };
}

export async function describeLook(look: string, templates: readonly Template[]) {
  const parts = await Promise.all(
    templates.map(async ({ bytes }) =>
      parseParts(await readArchive(Buffer.from(bytes), TEMPLATE_LIMITS), TEMPLATE_LIMITS),
    ),
  );
  return {
    success: true,
    ...summarizeLook(look),
    tags: findTags(parts.flat(), bracesOnly),
    unknown_tags: [] as string[],
    warnings: [] as DocumentWarning[],
    versions: [] as ReturnType<typeof describeVersion>[],
  };
}

function describeVersion({ version, sha256, size_bytes, created_at }: TemplateVersionEntity) {
  return { version, sha256, size: size_bytes, created_at: created_at.toISOString() };
}
