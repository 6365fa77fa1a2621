import { CodedError } from '#platform';

/**
 * What became of an application, as its candidate says: `none` is nothing yet. An interview or an offer stays on record
 * when the application is rejected or withdrawn after it.
 */
export const OUTCOMES = ['none', 'rejected', 'interview', 'offer', 'accepted', 'withdrawn'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** An application as it is answered. Null is what is not known. */
export interface Application {
  application_id: string;
  user_id: string;
  job_id: string | null;
  company: string | null;
  title: string | null;
  job_board: string | null;
  /** Null: not sent, or not known. */
  sent_at: Date | null;
  /** Where `sent_at` comes from: what a person said, the first document, or the first link. */
  sent_at_source: 'person' | 'document' | 'link' | null;
  outcome: Outcome;
  had_interview: boolean;
  had_offer: boolean;
  /** The first human click on any of its links. */
  opened_at: Date | null;
  /** The first booking that is not canceled. */
  booked_at: Date | null;
  human_clicks: number;
  /** Visitors told apart, a day at a time. */
  people: number;
  /** 0 to 100. */
  score: number;
  /** Fields that a person has set: no event changes them. */
  set_by_person: string[];
}

/** {@link Application} from table `applications`. */
export const APPLICATION_COLUMNS = `application_id, user_id, job_id, company, title, job_board, sent_at,
  CASE WHEN sent_at IS NULL THEN NULL WHEN 'sent_at' = ANY (set_by_person) THEN 'person'
    WHEN first_generated_at IS NOT NULL THEN 'document' ELSE 'link' END AS sent_at_source,
  outcome, had_interview, had_offer, opened_at, booked_at, human_clicks::float8, people::float8, score, set_by_person`;

export class ApplicationNotFoundError extends CodedError {
  constructor() {
    super({ code: 'application_not_found', kind: 'not_found', message: 'Application not found' });
  }
}

export class AmbiguousApplicationError extends CodedError {
  constructor() {
    super({
      code: 'ambiguous_application',
      kind: 'conflict',
      message: 'Several users have an application of this id: say whose with user_id.',
    });
  }
}
