import { z } from 'zod';
import { isCallerReference, isLinkFunction, isTrackingId, LINK_DESTINATIONS, LINK_TYPES } from '#contracts';
import { canFollowProfile, NO_PROFILE_FUNCTION } from './profile-functions.js';

/** Most links in one call. */
export const MAX_LINKS_PER_CALL = 100;
const MAX_DESCRIPTION_LENGTH = 1000;
const MAX_PAGE_SIZE = 500;
const DEFAULT_PAGE_SIZE = 100;

/** JSON's null says the same as a field that is not there. */
function absentIfNull<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined);
}

const reference = z
  .string()
  .refine(isCallerReference, 'must be 1 to 100 characters of A-Z, a-z, 0-9 and . _ : -');
const optionalReference = absentIfNull(reference);

const linkFunction = z
  .string()
  .refine(
    isLinkFunction,
    'The link function must start with a letter and hold at most 50 letters, digits and underscores.',
  );
const linkType = z.enum(LINK_TYPES, { error: `The link type must be one of ${LINK_TYPES.join(', ')}.` });
const description = z
  .string()
  .max(MAX_DESCRIPTION_LENGTH, `The description must have at most ${MAX_DESCRIPTION_LENGTH} characters.`)
  // PostgreSQL stores no NUL, and UTF-8 knows no lone surrogate.
  .refine((text) => !text.includes('\0') && text.isWellFormed(), 'Remove the control characters.');
const destination = z.enum(LINK_DESTINATIONS, {
  error: `The destination must be one of ${LINK_DESTINATIONS.join(', ')}.`,
});
/** The year has four digits in events. */
const expiry = z
  .date('The expiry must be a time.')
  .max(new Date('9999-12-31T23:59:59.999Z'), 'The expiry must lie before the year 10000.')
  .refine((time) => time.getTime() > Date.now(), 'The expiry must lie in the future.');
const expiryText = z.iso
  .datetime({ offset: true, error: 'must be a time with its zone, such as 2027-01-31T18:00:00Z' })
  .transform((text) => new Date(text))
  .pipe(expiry);
/** The rules of a destination are `parseDestinationUrl`'s, which answers with its own code. */
const url = z.string('must be a URL such as https://calendly.com/your-name/30min');

export const createLinkSchema = z.object({
  original_url: url,
  link_function: linkFunction,
  link_type: linkType.default('external'),
  job_id: optionalReference,
  application_id: optionalReference,
  user_id: optionalReference,
  description: absentIfNull(description),
  expires_at: absentIfNull(expiryText),
  fallback_url: absentIfNull(url),
  destination: destination.default('fixed'),
});
export type CreateLink = z.output<typeof createLinkSchema>;

/** What may be changed of a link; null takes the value away. Strict: a misspelt field must not pass as a change. */
export const editLinkSchema = z
  .strictObject({
    expires_at: expiryText.nullable(),
    fallback_url: url.nullable(),
    description: description.nullable(),
    destination,
  })
  .partial()
  .refine((edit) => Object.keys(edit).length > 0, 'Give at least one field to change.');
export type EditLink = z.output<typeof editLinkSchema>;

/** Which links to switch together: of one job, of one application, or of one application to one job. */
export const switchLinksSchema = z
  .strictObject({ job_id: optionalReference, application_id: optionalReference })
  .refine((filter) => filter.job_id ?? filter.application_id, 'Give a job_id, an application_id or both.');
export type SwitchLinks = z.output<typeof switchLinksSchema>;

const optionalUrl = url.nullish();

export const createApplicationLinksSchema = z.object({
  job_id: reference,
  application_id: reference,
  user_id: optionalReference,
  job_data: z
    .object({
      company_website: optionalUrl,
      apply_url: optionalUrl,
      job_url: optionalUrl,
      linkedin_url: optionalUrl,
      calendly_url: optionalUrl,
    })
    .nullish()
    .transform((data) => data ?? {}),
});
export type CreateApplicationLinks = z.output<typeof createApplicationLinksSchema>;

/** gRPC sends an absent string as an empty one. */
const grpcReference = z.preprocess((value) => (value === '' ? undefined : value), reference.optional());

/** Owner and size of a mint; the links in it are checked one by one, since each is refused alone. */
export const mintRequestSchema = z.object({
  userId: grpcReference,
  jobId: grpcReference,
  applicationId: grpcReference,
  links: z
    .array(
      z.object({
        originalUrl: z.string(),
        linkFunction: z.string(),
        linkType: z.string(),
        description: z.string().optional(),
        expiresAt: z.instanceof(Date).optional(),
        fallbackUrl: z.string().optional(),
        destination: z.string().optional(),
      }),
    )
    .min(1)
    .max(MAX_LINKS_PER_CALL),
});

export const linkDetailsSchema = z
  .object({
    linkFunction,
    linkType: z.preprocess((value) => value || 'external', linkType),
    description: description.optional(),
    expiresAt: expiry.optional(),
    destination: z.preprocess((value) => value || 'fixed', destination),
  })
  .refine((link) => link.destination === 'fixed' || canFollowProfile(link.linkFunction), NO_PROFILE_FUNCTION);

/** Where a page of links ended: the last link's creation time and id. */
export interface LinkCursor {
  createdAt: Date;
  trackingId: string;
}

const cursorTuple = z.tuple([z.int().min(0).max(8.64e15), z.string().refine(isTrackingId)]);

const cursor = z.string().transform((text, context): LinkCursor => {
  try {
    const [time, trackingId] = cursorTuple.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return { createdAt: new Date(time), trackingId };
  } catch {
    context.addIssue('is not the next_cursor of an earlier answer');
    return z.NEVER;
  }
});

export function encodeCursor({ createdAt, trackingId }: LinkCursor): string {
  return Buffer.from(JSON.stringify([createdAt.getTime(), trackingId])).toString('base64url');
}

const pageSize = z.int().min(1).max(MAX_PAGE_SIZE);

export const listLinksSchema = z.object({
  job_id: reference.optional(),
  application_id: reference.optional(),
  active: z.stringbool({ error: 'must be true or false' }).optional(),
  cursor: cursor.optional(),
  limit: z.coerce.number().pipe(pageSize).default(DEFAULT_PAGE_SIZE),
});

export const listLinksRequestSchema = z.object({
  jobId: grpcReference,
  applicationId: grpcReference,
  isActive: z.boolean().optional(),
  pageToken: z.preprocess((value) => (value === '' ? undefined : value), cursor.optional()),
  pageSize: z.preprocess((value) => value || DEFAULT_PAGE_SIZE, pageSize),
});
