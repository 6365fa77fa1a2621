import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CodedError } from '#platform';
import { DOCUMENT_KINDS, type DocumentKind } from '../documents/document.entity.js';

export interface Template {
  templateId: string;
  kind: DocumentKind;
  /** First 16 hex digits of the bytes' SHA-256. */
  version: string;
  bytes: Uint8Array;
  /** Whether `<<name>>` is a tag in it; a request may say otherwise. */
  olderTags?: boolean;
}

export class TemplateNotFoundError extends CodedError {
  constructor(templateId: string, kind: DocumentKind) {
    const message = `There is no template "${templateId}" for a ${kind}.`;
    super({ code: 'template_not_found', kind: 'not_found', message });
  }
}

/** The templates documents are made from. Only their bytes are kept: every render unpacks them anew. */
@Injectable()
export class TemplateCatalog implements OnModuleInit {
  private readonly builtIn = new Map<string, Template>();

  async onModuleInit(): Promise<void> {
    for (const kind of DOCUMENT_KINDS) {
      const bytes = await readFile(new URL(`../../templates/${kind}.docx`, import.meta.url));
      const version = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
      this.builtIn.set(kind, { templateId: kind, kind, version, bytes });
    }
  }

  /** The template asked for, or the built-in one of the kind. */
  get(kind: DocumentKind, templateId: string = kind): Template {
    const template = this.builtIn.get(templateId);
    if (template?.kind !== kind) throw new TemplateNotFoundError(templateId, kind);
    return template;
  }
}
