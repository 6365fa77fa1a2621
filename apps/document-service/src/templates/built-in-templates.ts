import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { DOCUMENT_KINDS, type DocumentKind } from '../documents/document.entity.js';
import { LINK_VARIABLES, type LinkVariable } from '../rendering/link-marks.js';
import type { LinkText } from '../requests/fields.js';

/** The looks that are always there, for resumes and matching cover letters; the first is used when none is named. */
export const LOOKS = ['classic', 'modern', 'compact'] as const;
export type Look = (typeof LOOKS)[number];

export function isLook(id: string): id is Look {
  return LOOKS.some((look) => look === id);
}

/** A template's bytes as documents are made from them. */
export interface Template {
  templateId: string;
  name: string;
  kind: DocumentKind;
  /** First 16 hex digits of the bytes' SHA-256. */
  version: string;
  bytes: Uint8Array;
  /** Links that it names. */
  links: readonly LinkVariable[];
  /** Whether `<<name>>` is a tag in it; a request may say otherwise. */
  olderTags?: boolean;
  /** What its links show; a request may say otherwise. */
  linkText?: LinkText | undefined;
  /** False: somebody's upload, filled in at a distance. */
  isBuiltIn: boolean;
}

/** The built-in templates by `<kind> <look>`. */
export async function readBuiltInTemplates(): Promise<Map<string, Template>> {
  const templates = new Map<string, Template>();
  for (const kind of DOCUMENT_KINDS) {
    for (const templateId of LOOKS) {
      const bytes = await readFile(new URL(`../../templates/${kind}-${templateId}.docx`, import.meta.url));
      templates.set(`${kind} ${templateId}`, {
        templateId,
        name: `${kind}-${templateId}`,
        kind,
        version: versionOf(bytes),
        bytes,
        links: LINK_VARIABLES,
        isBuiltIn: true,
      });
    }
  }
  return templates;
}

export function versionOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}
