import { Controller, Get, Header, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { CodedError } from '../coded-error.js';
import { OidcLogin, type PendingLogin } from './oidc-login.service.js';
import { IdentityProviderAwayError } from './oidc-provider.js';
import { readCookie } from './presented.js';
import { Public } from './scopes.js';
import { keepSession } from './session-cookie.js';
import { Sessions } from './sessions.service.js';

const LOGIN_COOKIE = 'footfall_login';
/** How long somebody may take to log in at the provider, s. */
const LOGIN_SECONDS = 600;

class NoProviderError extends CodedError {
  constructor() {
    super({
      code: 'no_identity_provider',
      kind: 'not_found',
      message: 'Logins by an identity provider are not set up here: log in by an API key.',
    });
  }
}

/** Logins of browsers by the identity provider. Pages, not data: every answer leads on to the next. */
@ApiTags('access')
@ApiResponse({ status: 404, description: 'Logins by an identity provider are not set up here.' })
@Public()
@Controller('api/session/oidc')
export class OidcController {
  constructor(
    private readonly login: OidcLogin,
    private readonly sessions: Sessions,
    private readonly logger: PinoLogger,
  ) {}

  @ApiOperation({ summary: 'Leads a browser to the identity provider to log in' })
  @ApiResponse({ status: 302, description: 'To the identity provider.' })
  @Header('Cache-Control', 'no-store')
  @Get('start')
  async start(@Res() reply: FastifyReply): Promise<void> {
    this.requireProvider();
    const { url, pending } = await this.login.begin();
    this.keepPending(reply, Object.values(pending).join('.'), LOGIN_SECONDS);
    await reply.redirect(url.href, 302);
  }

  @ApiOperation({ summary: 'Where the identity provider sends a browser back to: it is logged in, or not' })
  @ApiResponse({
    status: 302,
    description: 'To the dashboard, with ?login_error=denied, failed, away or not_allowed when it was not.',
  })
  @Header('Cache-Control', 'no-store')
  @Get('callback')
  async callback(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.requireProvider();
    const pending = readPending(request);
    this.keepPending(reply, '', 0);
    try {
      if (!pending) throw new Error('the browser began no login');
      const [, query = ''] = request.url.split('?');
      const person = await this.login.finish(query, pending);
      keepSession(reply, await this.sessions.beginFor(person), { isSecure: this.isSecure });
      await reply.redirect('/', 302);
    } catch (error) {
      this.logger.warn({ err: error }, 'a login by the identity provider failed');
      await reply.redirect(`/?login_error=${reasonOf(error)}`, 302);
    }
  }

  private requireProvider(): void {
    if (this.login.redirectUrl === undefined) throw new NoProviderError();
  }

  private get isSecure(): boolean {
    return this.login.redirectUrl?.startsWith('https:') ?? false;
  }

  /** Lax: the provider's page leads back here. */
  private keepPending(reply: FastifyReply, value: string, maxAgeSeconds: number): void {
    const attributes = `Path=/api/session/oidc; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax`;
    reply.header('Set-Cookie', `${LOGIN_COOKIE}=${value}; ${attributes}${this.isSecure ? '; Secure' : ''}`);
  }
}

function readPending({ headers }: FastifyRequest): PendingLogin | undefined {
  const [state, nonce, verifier] = readCookie(headers, LOGIN_COOKIE)?.split('.') ?? [];
  return state && nonce && verifier ? { state, nonce, verifier } : undefined;
}

function reasonOf(error: unknown): 'denied' | 'failed' | 'away' | 'not_allowed' {
  if (error instanceof IdentityProviderAwayError) return 'away';
  if (error instanceof CodedError && error.kind === 'forbidden') return 'not_allowed';
  return error instanceof Error && 'error' in error && error.error === 'access_denied' ? 'denied' : 'failed';
}
