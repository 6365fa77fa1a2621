import { Inject, Injectable } from '@nestjs/common';
import { isCallerReference } from '#contracts';
import { currentUserId } from '#platform';
import { DOCUMENT_SERVICE_CONFIG, type DocumentServiceConfig } from '../config.js';
import { MissingPersonError } from '../documents/documents.errors.js';
import { describePerson, givenUrls, type Personal, personalSchema } from '../requests/person.js';
import { findLinkSources, type LinkSources } from '../tracking/link-sources.js';
import type { Candidate } from './candidate.entity.js';
import { CandidatesService } from './candidates.service.js';
import { requireOwnUser } from './own-user.js';

/** Whose document it is, and where this person's links lead. */
export interface DocumentOwner {
  userId: string;
  personal: Personal;
  sources: LinkSources;
}

/** Finds out for whom a document is made. */
@Injectable()
export class DocumentOwners {
  constructor(
    @Inject(DOCUMENT_SERVICE_CONFIG) private readonly config: DocumentServiceConfig,
    private readonly candidates: CandidatesService,
  ) {}

  /**
   * Throws {@link MissingPersonError} when neither the request nor the profile says who it is, CandidateNotFoundError
   * for a user whom the caller's key does not open.
   */
  async find(request: { user_id?: string; personal?: Personal }): Promise<DocumentOwner> {
    const userId = this.userIdOf(request);
    const profile = await this.candidates.find(userId);
    const personal = request.personal ?? personFromProfile(profile);
    return { userId, personal, sources: findLinkSources(givenUrls(personal), profile) };
  }

  private userIdOf({ user_id, personal }: { user_id?: string; personal?: Personal }): string {
    // `personal` may be a profile fed back unchanged, and then says itself whose it is.
    const fedBack = personal?.user_id;
    const named = user_id ?? (fedBack && isCallerReference(fedBack) ? fedBack : undefined);
    if (named !== undefined) requireOwnUser(named);
    return named ?? currentUserId() ?? this.config.DEFAULT_USER_ID;
  }
}

/** A request without `personal` is about the user's own profile, which then must hold a name. */
function personFromProfile(profile: Candidate | null): Personal {
  const { created_at: _, updated_at: __, ...facts } = profile ?? {};
  const personal = personalSchema.parse(facts);
  if (describePerson(personal).full_name === '') throw new MissingPersonError();
  return personal;
}
