import { request } from './request.js';

export type DocumentKind = 'resume' | 'cover_letter';

export interface GeneratedDocument {
  document_id: string;
  filename: string;
  download_url: string;
  tracking: { enabled: boolean; fallback: boolean; reason?: string };
  links: {
    variable: string;
    function: string;
    tracking_id: string | null;
    redirect_url: string | null;
    original_url: string;
  }[];
  warnings: { code: string; message: string }[];
}

const PATHS: Readonly<Record<DocumentKind, string>> = { resume: '/resume', cover_letter: '/cover-letter' };

export function generateDocument(kind: DocumentKind, content: object): Promise<GeneratedDocument> {
  return request(PATHS[kind], { method: 'POST', body: content });
}

/** The same document in either format. */
export function documentUrl(documentId: string, format: 'docx' | 'pdf'): string {
  return `/documents/${documentId}?format=${format}`;
}
