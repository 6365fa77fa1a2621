import type { IncomingHttpHeaders } from 'node:http';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import { z } from 'zod';
import { isCallerReference } from '#contracts';
import { DOCUMENT_KINDS } from '../documents/document.entity.js';
import { LINK_TEXTS } from '../requests/fields.js';
import { TEMPLATE_LIMITS } from './inspection/template-limits.js';
import { InvalidUploadError, UploadTooLargeError } from './templates.errors.js';

const MAX_FIELD_BYTES = 1_000;

const formSchema = z.object({
  name: z
    .string()
    .transform((name) => name.normalize('NFC').replace(/\s+/g, ' ').trim())
    .pipe(
      z
        .string()
        .min(1)
        .max(100)
        .regex(/^\P{Cc}*$/u),
    ),
  kind: z.enum(DOCUMENT_KINDS).optional(),
  olderTags: z
    .enum(['true', 'false'])
    .default('false')
    .transform((flag) => flag === 'true'),
  linkText: z.enum(LINK_TEXTS).optional(),
  userId: z.string().refine(isCallerReference).optional(),
});
export type TemplateUpload = z.output<typeof formSchema> & { file: Buffer };

/** Reads the form of `POST /templates`: `file`, and optionally `name`, `kind`, `older_tags`, `link_text`, `user_id`. */
export async function readUpload(body: Readable, headers: IncomingHttpHeaders): Promise<TemplateUpload> {
  const form = await readForm(body, headers);
  if (form.isCut) throw new UploadTooLargeError();
  if (!form.file)
    throw new InvalidUploadError('file: is required, a .docx sent as a multipart form field of this name');
  const name = form.fields.get('name') ?? form.fileName?.replace(/\.\w+$/, '') ?? '';
  const parsed = formSchema.safeParse({
    name,
    kind: form.fields.get('kind') || undefined,
    olderTags: form.fields.get('older_tags') || undefined,
    linkText: form.fields.get('link_text') || undefined,
    userId: form.fields.get('user_id') || undefined,
  });
  if (parsed.success) return { ...parsed.data, file: form.file };
  throw new InvalidUploadError(WANTED[String(parsed.error.issues[0]?.path[0])] ?? 'The form is not valid.');
}

const WANTED: Record<string, string> = {
  name: 'name: must be 1 to 100 characters',
  kind: `kind: must be one of ${DOCUMENT_KINDS.join(', ')}`,
  olderTags: 'older_tags: must be true or false',
  linkText: `link_text: must be one of ${LINK_TEXTS.join(', ')}`,
  userId: 'user_id: must be 1-100 characters of A-Z a-z 0-9 . _ : -',
};

interface Form {
  fields: Map<string, string>;
  file?: Buffer;
  fileName?: string;
  isCut: boolean;
}

async function readForm(body: Readable, headers: IncomingHttpHeaders): Promise<Form> {
  const form: Form = { fields: new Map(), isCut: false };
  try {
    const busboy = new Busboy({
      headers: headers as BusboyHeaders,
      limits: {
        files: 1,
        fields: 10,
        parts: 11,
        fieldSize: MAX_FIELD_BYTES,
        fileSize: TEMPLATE_LIMITS.fileBytes + 1,
      },
    });
    busboy.on('field', (name, value) => form.fields.set(name, value));
    busboy.on('file', (name, stream, fileName) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      // Without a listener an upload that is cut short would end the process.
      stream.on('error', (error) => busboy.destroy(error));
      stream.on('limit', () => {
        form.isCut = true;
        chunks.length = 0;
      });
      stream.on('end', () => {
        if (name === 'file')
          Object.assign(form, { file: Buffer.concat(chunks), fileName: basename(fileName ?? '') });
      });
    });
    body.pipe(busboy);
    await finished(busboy);
    return form;
  } catch {
    throw new InvalidUploadError('The multipart form is broken or incomplete.');
  } finally {
    // What is left of a refused body is read and dropped, so that the answer reaches a caller still sending.
    body.unpipe();
    body.resume();
  }
}
