import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { AccessClock } from './access-clock.js';
import { Credentials } from './credentials.service.js';
import { KnownKeys } from './known-keys.service.js';
import type { OidcTokens } from './oidc-tokens.service.js';
import type { Principal } from './principal.js';
import type { Sessions } from './sessions.service.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const ADMIN: Principal = { kind: 'key', id: 'file:ci', name: 'ci', userId: undefined, scopes: ['admin'] };

/** Keeps what it was asked for. */
class WatchedMap extends Map<string, Principal> {
  readonly asked: string[] = [];
  override get(key: string) {
    this.asked.push(key);
    return super.get(key);
  }
}

describe('a key that is presented', () => {
  it('is looked for by its hash alone, so that no comparison takes longer the more of it is right', async () => {
    const file = new WatchedMap([[sha256('ff_right'), ADMIN]]);
    const keys = new KnownKeys(file, undefined, new AccessClock(), { note: () => undefined } as never);
    const tokens = { isOn: false, isToken: () => false } as unknown as OidcTokens;
    const credentials = new Credentials(keys, {} as Sessions, tokens);
    expect(await credentials.identify({ key: 'ff_right' })).toBe(ADMIN);
    await expect(credentials.identify({ key: 'ff_righ' })).rejects.toThrow('not known');
    expect(file.asked).toEqual([sha256('ff_right'), sha256('ff_righ')]);
  });
});
