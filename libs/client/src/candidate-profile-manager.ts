import { NotFoundError } from './errors.js';
import type { Answers } from './generated/answers.js';
import { type CallOptions, type ClientOptions, Transport } from './transport.js';

/** A candidate's profile. It may be sent as `personal` of a document as it is. */
export type Candidate = Answers['CandidatesController_get'];

/** Fields to set; null empties one. */
export type CandidateChange = Partial<
  Pick<
    Candidate,
    | 'first_name'
    | 'last_name'
    | 'email'
    | 'phone'
    | 'mailing_address'
    | 'calendly_url'
    | 'linkedin_url'
    | 'portfolio_url'
  >
>;

/** Candidates' names, addresses and the URLs that documents lead to. */
export class CandidateProfileManager {
  private readonly transport: Transport;

  constructor(options: ClientOptions = {}) {
    this.transport = new Transport(options);
  }

  /** Rejects with NotFoundError for a user that does not exist. */
  getCandidateInfo(userId: string, options: CallOptions = {}): Promise<Candidate> {
    return this.transport.call({ method: 'GET', path: pathOf(userId), ...options });
  }

  async getCalendlyUrl(userId: string, options?: CallOptions): Promise<string | null> {
    return (await this.getCandidateInfo(userId, options)).calendly_url;
  }

  async getLinkedinUrl(userId: string, options?: CallOptions): Promise<string | null> {
    return (await this.getCandidateInfo(userId, options)).linkedin_url;
  }

  async getPortfolioUrl(userId: string, options?: CallOptions): Promise<string | null> {
    return (await this.getCandidateInfo(userId, options)).portfolio_url;
  }

  updateCalendlyUrl(calendlyUrl: string | null, userId: string, options?: CallOptions): Promise<Candidate> {
    return this.updateCandidateInfo(userId, { calendly_url: calendlyUrl }, options);
  }

  updateLinkedinUrl(linkedinUrl: string | null, userId: string, options?: CallOptions): Promise<Candidate> {
    return this.updateCandidateInfo(userId, { linkedin_url: linkedinUrl }, options);
  }

  updatePortfolioUrl(portfolioUrl: string | null, userId: string, options?: CallOptions): Promise<Candidate> {
    return this.updateCandidateInfo(userId, { portfolio_url: portfolioUrl }, options);
  }

  /** Changes the given fields and keeps the others; makes the profile when there is none. */
  async updateCandidateInfo(
    userId: string,
    change: CandidateChange,
    options: CallOptions = {},
  ): Promise<Candidate> {
    const call = { path: pathOf(userId), body: change, ...options };
    try {
      return await this.transport.call({ method: 'PATCH', ...call });
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      return this.transport.call({ method: 'PUT', ...call });
    }
  }

  /** Links and documents stay; erasure takes them too. */
  async deleteCandidate(userId: string, options: CallOptions = {}): Promise<void> {
    await this.transport.call({ method: 'DELETE', path: pathOf(userId), ...options });
  }
}

function pathOf(userId: string): string {
  return `/api/candidates/${encodeURIComponent(userId)}`;
}
