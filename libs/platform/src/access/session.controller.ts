import { Body, Controller, Delete, Get, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Credentials } from './credentials.service.js';
import { OidcLogin } from './oidc-login.service.js';
import { presentedIn, requireSameSite } from './presented.js';
import type { Principal } from './principal.js';
import { Public } from './scopes.js';
import { dropSession, keepSession } from './session-cookie.js';
import { Sessions } from './sessions.service.js';

const KEY = 'must be an API key';
const loginSchema = z.strictObject({ key: z.string(KEY).trim().min(1, KEY).max(4_000, KEY) });

/** Logins of browsers: a key is exchanged for a cookie that no script can read. */
@ApiTags('access')
@Public()
@Controller('api/session')
export class SessionController {
  constructor(
    private readonly credentials: Credentials,
    private readonly sessions: Sessions,
    private readonly login: OidcLogin,
  ) {}

  @ApiOperation({
    summary: 'Logs a browser in by an API key: sets a cookie',
    description:
      'The session may do what the key may, and ends with it. Calls that change anything must carry X-Footfall-Client with any value, so that no other site can make them.',
  })
  @Header('Cache-Control', 'no-store')
  @HttpCode(200)
  @Post()
  async begin(
    @Body({ schema: loginSchema }) { key }: z.output<typeof loginSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    requireSameSite(request, 'anonymous');
    const session = await this.sessions.beginByKey(key);
    keepSession(reply, session, { isSecure: request.headers.origin?.startsWith('https:') ?? false });
    return { principal: showPrincipal(session.principal), expires_at: session.expiresAt };
  }

  @ApiOperation({
    summary: 'Who calls, and whether that is asked at all',
    description: 'principal is null when a key is needed and none that is known was sent.',
  })
  @Header('Cache-Control', 'no-store')
  @Get()
  async get(@Req() { headers }: FastifyRequest) {
    const [required, principal] = await Promise.all([
      this.credentials.isRequired(),
      this.credentials.recognise(presentedIn(headers)),
    ]);
    return {
      required,
      principal: principal ? showPrincipal(principal) : null,
      oidc: this.login.redirectUrl === undefined ? null : { login_url: '/api/session/oidc/start' },
    };
  }

  @ApiOperation({ summary: 'Logs the browser out' })
  @HttpCode(204)
  @Delete()
  async end(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const { session } = presentedIn(request.headers);
    if (session === undefined) return;
    requireSameSite(request, 'session');
    await this.sessions.end(session);
    dropSession(reply);
  }
}

function showPrincipal({ kind, id, name, userId, scopes }: Principal) {
  return { kind, id, name, user_id: userId ?? null, scopes };
}
