import { describe, expect, it } from '@jest/globals';
import { InvalidConfigError, parseEnv } from '#platform';
import { linkServiceProcessEnv } from './config.js';

const required = { DATABASE_URL: 'postgres://u:p@localhost/db', AMQP_URL: 'amqp://localhost' };

function problemsOf(env: NodeJS.ProcessEnv): string {
  try {
    parseEnv(linkServiceProcessEnv, { ...required, ...env });
  } catch (error) {
    if (error instanceof InvalidConfigError) return error.message;
    throw error;
  }
  return '';
}

describe('settings of link-service', () => {
  it('need only the addresses of database and broker', () => {
    expect(parseEnv(linkServiceProcessEnv, required)).toMatchObject({
      PORT: 5002,
      GRPC_PORT: 6002,
      BASE_REDIRECT_URL: 'http://localhost:5000/track',
      DEFAULT_USER_ID: 'default',
      ALLOW_PRIVATE_DESTINATIONS: false,
    });
  });

  it('drop the slash at the end of the base address', () => {
    const env = { ...required, BASE_REDIRECT_URL: 'https://go.example.com/track/' };
    expect(parseEnv(linkServiceProcessEnv, env).BASE_REDIRECT_URL).toBe('https://go.example.com/track');
  });

  it.each([
    'ftp://example.com',
    'nonsense',
    'https://a.example/?x=1',
    'https://a.example/#x',
    'https://u@a.example/',
  ])('refuse the base address %s', (url) => {
    expect(problemsOf({ BASE_REDIRECT_URL: url })).toContain('BASE_REDIRECT_URL');
  });

  it('list every problem at once', () => {
    const problems = problemsOf({
      DEFAULT_USER_ID: 'not an id',
      ALLOW_PRIVATE_DESTINATIONS: 'perhaps',
      AMQP_URL: '',
    });
    for (const name of ['DEFAULT_USER_ID', 'ALLOW_PRIVATE_DESTINATIONS', 'AMQP_URL'])
      expect(problems).toContain(name);
  });
});
