import { queryOptions } from '@tanstack/react-query';
import type { DocumentKind } from './documents.js';
import { request } from './request.js';

export interface Template {
  template_id: string;
  name: string;
  kinds: DocumentKind[];
  built_in: boolean;
  version?: number;
  updated_at?: string;
}

export interface TemplateDetails extends Template {
  tags: { name: string; count: number }[];
  unknown_tags: string[];
  warnings: { code: string; message: string; place?: string }[];
}

export const templatesQuery = queryOptions({
  queryKey: ['templates'],
  queryFn: async ({ signal }) => {
    const { templates } = await request<{ templates: Template[] }>('/templates', { signal });
    return templates;
  },
});

export const templateQuery = (id: string) =>
  queryOptions({
    queryKey: ['templates', id],
    queryFn: ({ signal }) => request<TemplateDetails>(pathOf(id), { signal }),
  });

export interface TemplateUpload {
  file: File;
  name: string;
  kind: DocumentKind | '';
  older_tags: boolean;
}

export function uploadTemplate({ file, name, kind, older_tags }: TemplateUpload): Promise<TemplateDetails> {
  const body = new FormData();
  if (name.trim()) body.append('name', name.trim());
  if (kind) body.append('kind', kind);
  if (older_tags) body.append('older_tags', 'true');
  body.append('file', file);
  return request('/templates', { method: 'POST', body });
}

export function deleteTemplate(id: string): Promise<unknown> {
  return request(pathOf(id), { method: 'DELETE' });
}

export type ChosenTemplates = Partial<Record<DocumentKind, string>>;

const chosenPath = (userId: string) => `/api/candidates/${encodeURIComponent(userId)}/templates`;

export const chosenTemplatesQuery = (userId: string) =>
  queryOptions({
    queryKey: ['templates', 'chosen', userId],
    queryFn: ({ signal }) => request<ChosenTemplates>(chosenPath(userId), { signal }),
  });

export function chooseTemplates(userId: string, chosen: ChosenTemplates): Promise<ChosenTemplates> {
  return request(chosenPath(userId), { method: 'PUT', body: chosen });
}

const pathOf = (id: string) => `/templates/${encodeURIComponent(id)}`;
