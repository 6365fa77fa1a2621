import { z } from 'zod';
import { isCallerReference } from '#contracts';
import { parseDestination } from '../tracking/destination.js';

const blankIsNull = (value: string | null | undefined) => (value?.trim() === '' ? null : value);

const field = (max: number) => z.string().max(max).nullish().transform(blankIsNull);

const url = (example: string) =>
  z
    .string()
    .trim()
    .refine((value) => value === '' || (/^https?:/i.test(value) && parseDestination(value) !== undefined), {
      error: `must be an http or https address such as ${example}`,
    })
    .nullish()
    .transform(blankIsNull);

/** What may be written to a profile. Other fields are ignored, so that an answer can be sent back changed. */
export const candidateSchema = z
  .object(
    {
      first_name: field(200),
      last_name: field(200),
      email: field(320),
      phone: field(100),
      phone_number: field(100),
      mailing_address: field(1000),
      calendly_url: url('https://calendly.com/jordan-avery/30min'),
      linkedin_url: url('https://www.linkedin.com/in/jordan-avery'),
      portfolio_url: url('https://jordan-avery.example'),
    },
    { error: 'The body must be a JSON object such as {"first_name": "Jordan"}.' },
  )
  .transform(({ phone_number, ...fields }) => {
    const phone = fields.phone === undefined ? phone_number : fields.phone;
    return phone === undefined ? fields : { ...fields, phone };
  });
export type CandidateChange = z.output<typeof candidateSchema>;

export const candidateParams = z.object({
  user_id: z.string().refine(isCallerReference, 'must be 1-100 characters of A-Z a-z 0-9 . _ : -'),
});
