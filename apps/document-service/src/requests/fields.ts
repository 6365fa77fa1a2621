import { z } from 'zod';
import { isCallerReference } from '#contracts';

/** Longest single text, characters: about six pages. */
const MAX_TEXT = 20_000;

/** A text; numbers are taken as written, null as not given. */
export const text = (max = MAX_TEXT) =>
  z
    .union([z.string().max(max), z.number().transform(String)], {
      error: `must be a text of at most ${max} characters`,
    })
    .nullish()
    .transform((value) => value ?? undefined);

/** One text or a list of them. */
export const texts = () =>
  z
    .union(
      [
        z
          .string()
          .max(MAX_TEXT)
          .transform((one) => [one]),
        z.array(z.string().max(MAX_TEXT)).max(200),
      ],
      {
        error: 'must be a text or a list of texts',
      },
    )
    .nullish()
    .transform((value) => value ?? []);

export const listOf = <S extends z.ZodType>(item: S) =>
  z
    .array(item)
    .max(200)
    .nullish()
    .transform((value) => value ?? []);

const reference = () =>
  z
    .string()
    .refine(isCallerReference, 'must be 1-100 characters of A-Z a-z 0-9 . _ : -')
    .nullish()
    .transform((value) => value ?? undefined);

/** What a link can show where the template gives no label. */
export const LINK_TEXTS = ['destination', 'tracked', 'label'] as const;
export type LinkText = (typeof LINK_TEXTS)[number];
export const DEFAULT_LINK_TEXT: LinkText = 'destination';

/** What every document request may say besides its content. */
export const commonFields = {
  job_id: reference(),
  application_id: reference(),
  user_id: reference(),
  template_id: reference(),
  format: z
    .enum(['docx', 'pdf'])
    .nullish()
    .transform((value) => value ?? 'docx'),
  company: text(300),
  job_board: text(100),
  /** False: original URLs go into this document. */
  track: z
    .boolean()
    .nullish()
    .transform((value) => value ?? true),
  /** Whether `<<name>>` is a tag too, as in templates of the older form; the template's own setting when absent. */
  older_tags: z
    .boolean()
    .nullish()
    .transform((value) => value ?? undefined),
  /** What a link shows where the template gives no label; the template's own setting when absent. */
  link_text: z
    .enum(LINK_TEXTS)
    .nullish()
    .transform((value) => value ?? undefined),
};
