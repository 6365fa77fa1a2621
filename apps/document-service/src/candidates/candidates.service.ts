import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type DataSource, Repository } from 'typeorm';
import { DOCUMENT_SERVICE_CONFIG, DOCUMENTS_DATA_SOURCE, type DocumentServiceConfig } from '../config.js';
import { Candidate } from './candidate.entity.js';
import type { CandidateChange } from './candidate-request.js';
import { CandidateNotFoundError } from './candidates.errors.js';
import { requireOwnUser } from './own-user.js';

/** Candidate profiles. Always read from the table: a hand-made UPDATE holds for the next document. */
@Injectable()
export class CandidatesService implements OnModuleInit {
  private readonly candidates: Repository<Candidate>;

  constructor(
    @Inject(DOCUMENTS_DATA_SOURCE) database: DataSource,
    @Inject(DOCUMENT_SERVICE_CONFIG) private readonly config: DocumentServiceConfig,
  ) {
    this.candidates = database.getRepository(Candidate);
  }

  /** The default user's row is there from the first start on, for the guide's plain UPDATE to find. */
  async onModuleInit(): Promise<void> {
    await this.candidates
      .createQueryBuilder()
      .insert()
      .values({ user_id: this.config.DEFAULT_USER_ID })
      .orIgnore()
      .execute();
  }

  find(userId: string): Promise<Candidate | null> {
    return this.candidates.findOneBy({ user_id: userId });
  }

  /** Throws {@link CandidateNotFoundError}, as everything below does, also for whom the caller's key does not open. */
  async get(userId: string): Promise<Candidate> {
    requireOwnUser(userId);
    const candidate = await this.find(userId);
    if (!candidate) throw new CandidateNotFoundError(userId);
    return candidate;
  }

  /** Creates or replaces the whole profile: what is not given becomes null. */
  async put(userId: string, change: CandidateChange): Promise<Candidate> {
    requireOwnUser(userId);
    const { user_id: _, created_at: __, updated_at: ___, ...empty } = new Candidate();
    await this.candidates.upsert({ ...empty, ...withoutUndefined(change), user_id: userId }, ['user_id']);
    return this.get(userId);
  }

  /** Changes only what is given; null clears a field. */
  async patch(userId: string, change: CandidateChange): Promise<Candidate> {
    requireOwnUser(userId);
    const given = withoutUndefined(change);
    if (Object.keys(given).length > 0) await this.candidates.update({ user_id: userId }, given);
    return this.get(userId);
  }

  async delete(userId: string): Promise<void> {
    requireOwnUser(userId);
    const { affected } = await this.candidates.delete({ user_id: userId });
    if (!affected) throw new CandidateNotFoundError(userId);
  }
}

function withoutUndefined(change: CandidateChange): Partial<CandidateChange> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
