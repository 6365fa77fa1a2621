import { describe, expect, it } from '@jest/globals';
import { toCodedError } from './error-status.js';

describe('toCodedError', () => {
  it('answers a database that is away as unavailable, worth trying again', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
    expect(toCodedError(refused)).toMatchObject({
      code: 'database_unavailable',
      kind: 'unavailable',
      retryAfterSeconds: 1,
      message: expect.not.stringContaining('127.0.0.1'),
    });
  });

  it('answers a statement that the database refuses as an internal error', () => {
    const unique = Object.assign(new Error('duplicate key'), { code: '23505' });
    expect(toCodedError(unique)).toMatchObject({ code: 'internal_error', kind: 'internal' });
  });
});
