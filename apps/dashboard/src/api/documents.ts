import type { Answers } from '../../../../libs/client/src/generated/answers.js';
import { request } from './request.js';

export type DocumentKind = 'resume' | 'cover_letter';

export type GeneratedDocument = Answers['DocumentsController_generateResume'];

const PATHS: Readonly<Record<DocumentKind, string>> = { resume: '/resume', cover_letter: '/cover-letter' };

export function generateDocument(kind: DocumentKind, content: object): Promise<GeneratedDocument> {
  return request(PATHS[kind], { method: 'POST', body: content });
}

/** The same document in either format. */
export function documentUrl(documentId: string, format: 'docx' | 'pdf'): string {
  return `/documents/${documentId}?format=${format}`;
}
