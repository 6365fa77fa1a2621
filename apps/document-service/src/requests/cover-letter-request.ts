import { z } from 'zod';
import type { TemplateData } from '../rendering/template-scope.js';
import { commonFields, text, texts } from './fields.js';
import { payload } from './payload.js';
import { contactLine, describePerson, type Personal, personalSchema } from './person.js';

export const coverLetterSchema = payload(
  z.looseObject({
    ...commonFields,
    personal: personalSchema.nullish().transform((personal) => personal ?? undefined),
    recipient: z
      .looseObject({ name: text(300), title: text(300), company: text(300), address: text(1000) })
      .nullish(),
    position: z.looseObject({ title: text(300), reference: text(300) }).nullish(),
    content: z
      .looseObject({ opening_paragraph: text(), body_paragraphs: texts(), closing_paragraph: text() })
      .nullish(),
    date: text(100),
    target_position: text(300),
  }),
);
export type CoverLetterRequest = z.output<typeof coverLetterSchema>;

/** The variables of a cover letter template; unknown fields of the request stay available under their own names. */
export function describeCoverLetter(
  request: CoverLetterRequest,
  personal: Personal,
  today: Date,
): TemplateData {
  const person = describePerson(personal);
  const { recipient, position, content } = request;
  const title = position?.title ?? request.target_position ?? '';
  return {
    ...person,
    ...request,
    personal: person,
    contact_line: contactLine(person),
    document_title: [person.full_name, 'Cover Letter'].filter(Boolean).join(' - '),
    // Under the name, a letter repeats the position in its subject line instead.
    target_position: '',
    company: request.company ?? recipient?.company ?? '',
    date: request.date ?? formatDate(today),
    recipient: {
      ...recipient,
      name: recipient?.name ?? '',
      title: recipient?.title ?? '',
      company: recipient?.company ?? request.company ?? '',
      address: recipient?.address ?? '',
    },
    recipient_lines: [
      recipient?.name,
      recipient?.title,
      recipient?.company ?? request.company,
      recipient?.address,
    ]
      .flatMap((line) => line?.split('\n') ?? [])
      .map((line) => line.trim())
      .filter(Boolean),
    position: { ...position, title, reference: position?.reference ?? '' },
    subject: title && `Re: ${title}${position?.reference ? ` (${position.reference})` : ''}`,
    greeting: `Dear ${recipient?.name?.trim() || 'Hiring Manager'},`,
    content: {
      ...content,
      opening_paragraph: content?.opening_paragraph ?? '',
      body_paragraphs: content?.body_paragraphs.filter((paragraph) => paragraph.trim()) ?? [],
      closing_paragraph: content?.closing_paragraph ?? '',
    },
    // The template's own offer to meet would only repeat one the writer has made.
    offers_meeting: !JSON.stringify(content ?? {}).includes('calendly_url'),
  };
}

function formatDate(date: Date): string {
  return date.toLocaleDateString('en-US', {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    timeZone: 'UTC',
  });
}
