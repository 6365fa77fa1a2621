import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { parseEnv } from '../env.js';
import { accessEnv } from './access-env.js';

describe('the address of an identity provider', () => {
  it.each(['true', 'http://idp.example/', 'ftp://idp.example/', 'https://'])(
    '%s is refused by name',
    (OIDC_ISSUER) => {
      expect(() => parseEnv(z.object(accessEnv), { OIDC_ISSUER })).toThrow(
        'OIDC_ISSUER must be an https address',
      );
    },
  );

  it.each(['https://idp.example/', 'http://127.0.0.1:8080/'])('%s is taken', (OIDC_ISSUER) => {
    expect(parseEnv(z.object(accessEnv), { OIDC_ISSUER })).toMatchObject({ OIDC_ISSUER });
  });
});
