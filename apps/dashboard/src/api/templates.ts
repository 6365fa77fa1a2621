import { queryOptions } from '@tanstack/react-query';
import type { Answers } from '../../../../libs/client/src/generated/answers.js';
import type { DocumentKind } from './documents.js';
import { request } from './request.js';

export type Template = Answers['TemplatesController_list']['templates'][number];
export type TemplateDetails = Answers['TemplatesController_get'];
export type UploadedTemplate = Answers['TemplatesController_upload'];

export const templatesQuery = queryOptions({
  queryKey: ['templates'],
  queryFn: async ({ signal }) => {
    const { templates } = await request<Answers['TemplatesController_list']>('/templates', { signal });
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

export function uploadTemplate({ file, name, kind, older_tags }: TemplateUpload): Promise<UploadedTemplate> {
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

export type ChosenTemplates = Partial<Omit<Answers['TemplatesController_getDefaults'], 'user_id'>>;

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
