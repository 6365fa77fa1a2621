import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Post } from '@nestjs/common';
import { requireAccess } from './access.guard.js';
import type { Principal } from './principal.js';
import { describeCalls, holdsScope, Public, SCOPES, Scopes, USER_SCOPES, UserScoped } from './scopes.js';

describe('scopes', () => {
  it('are held as given, and all of them by an admin', () => {
    for (const scope of SCOPES) {
      expect(holdsScope(['admin'], scope)).toBe(true);
      expect(holdsScope([scope], scope)).toBe(true);
      expect(SCOPES.filter((other) => holdsScope(['links:read'], other))).toEqual(['links:read']);
      expect(holdsScope([], scope)).toBe(false);
    }
  });

  it('never make an admin of whoever is bound to a user', () => {
    expect(USER_SCOPES.some((scope) => holdsScope([scope], 'admin'))).toBe(false);
  });
});

describe('requireAccess', () => {
  const jordan: Principal = {
    kind: 'key',
    id: '1',
    name: 'jordan',
    userId: 'jordan',
    scopes: ['links:read'],
  };
  const service: Principal = { ...jordan, userId: undefined };

  it.each([
    ['what it holds', jordan, 'links:read', true, undefined],
    ['another scope', jordan, 'links:write', true, 'scope_needed'],
    ['a call that is not made for users', jordan, 'links:read', false, 'service_key_needed'],
    ['such a call without a user', service, 'links:read', false, undefined],
    ['a call of which nobody said anything', service, undefined, false, 'scope_needed'],
  ] as const)('judges %s', (_what, principal, needed, isUserScoped, code) => {
    const judge = () => requireAccess(principal, { needed, isUserScoped });
    if (code) expect(judge).toThrow(expect.objectContaining({ code }));
    else judge();
  });
});

@UserScoped()
@Scopes('links:read')
@Controller('things')
class ThingsController {
  @Get()
  list() {}

  @Scopes('links:write')
  @Post(':id/turn')
  turn() {}

  @Public()
  @Get('open')
  open() {}

  private notACall() {}

  constructor() {
    this.notACall();
  }
}

@Controller()
class BareController {
  @Get('bare')
  bare() {}
}

it('describes every call with what it needs', () => {
  expect(describeCalls([ThingsController, BareController])).toEqual([
    { id: 'ThingsController_list', call: 'GET /things', scope: 'links:read', isUserScoped: true },
    { id: 'ThingsController_turn', call: 'POST /things/:id/turn', scope: 'links:write', isUserScoped: true },
    { id: 'ThingsController_open', call: 'GET /things/open', scope: 'public', isUserScoped: true },
    { id: 'BareController_bare', call: 'GET /bare', scope: undefined, isUserScoped: false },
  ]);
});
