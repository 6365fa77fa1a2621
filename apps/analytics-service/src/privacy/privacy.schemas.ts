import { isIP } from 'node:net';
import { z } from 'zod';
import { isCallerReference } from '#contracts';

const REFERENCE = 'must be 1 to 100 characters of letters, digits, ".", "_", ":" and "-"';
const reference = z.string(REFERENCE).refine(isCallerReference, REFERENCE);

/** IPv6 in its shortest form, as it is stored. */
const address = z
  .string()
  .refine((text) => isIP(text) !== 0, 'must be an IP address')
  .transform((text) => (isIP(text) === 6 ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text));

/** A candidate, one application, or a visitor by what is known of them. */
export const erasureSchema = z
  .strictObject({
    user_id: reference.optional(),
    application_id: reference.optional(),
    ip_address: address.optional(),
    session_id: z.string().min(1).max(200).optional(),
  })
  .refine(
    ({ user_id, application_id, ip_address, session_id }) =>
      [application_id ?? user_id, ip_address, session_id].filter((given) => given !== undefined).length === 1,
    'Name one subject: user_id, application_id (of one user with user_id), ip_address or session_id.',
  );
export type ErasureOrder = z.output<typeof erasureSchema>;

/** Without a user: everybody's clicks. */
export const anonymizeSchema = z.strictObject({
  user_id: reference.optional(),
  older_than_days: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(3_650, 'must be at most 3650'),
});

export const erasureParams = z.object({ id: z.uuid() });
export const exportParams = z.object({ user_id: reference });
export const listSchema = z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) });
