import { CodedError } from '#platform';

export class CandidateNotFoundError extends CodedError {
  constructor(userId: string) {
    super({
      code: 'candidate_not_found',
      kind: 'not_found',
      message: `There is no candidate "${userId}": make one with PUT /api/candidates/${userId}.`,
    });
  }
}
