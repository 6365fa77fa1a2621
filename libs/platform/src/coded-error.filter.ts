import { Metadata } from '@grpc/grpc-js';
import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { type Observable, throwError } from 'rxjs';
import type { ReadClient } from './client-address.js';
import type { CodedError } from './coded-error.js';
import { STATUS_OF_KIND, toCodedError } from './error-status.js';
import { addressOf, READ_CLIENT } from './rate-limit/rate-limit.guards.js';
import { RateLimits } from './rate-limit/rate-limits.service.js';
import { currentRequestId } from './request-context.js';

/** Of errors that say that a caller is not who they say: keys, and tokens of an identity provider. */
const WRONG_KEY = /^wrong_(api_key|token)$/;

/** Answers every error of every call in one shape: JSON over HTTP, status and `footfall-code` metadata over gRPC. */
@Catch()
export class CodedErrorFilter implements ExceptionFilter {
  constructor(
    private readonly logger: PinoLogger,
    private readonly limits: RateLimits,
    @Inject(READ_CLIENT) private readonly readClient: ReadClient,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): Observable<never> | undefined {
    const error = toCodedError(thrown);
    if (error.kind === 'internal') this.logger.error({ err: error.cause }, 'request failed');
    else if (error.kind === 'unavailable') this.logger.warn({ err: error }, 'request refused');
    if (WRONG_KEY.test(error.code)) void this.limits.countWrongKey(addressOf(host, this.readClient));
    return host.getType() === 'rpc' ? answerRpc(error) : answerHttp(error, host);
  }
}

function answerRpc(error: CodedError): Observable<never> {
  const metadata = new Metadata();
  metadata.set('footfall-code', error.code);
  if (error.retryAfterSeconds) metadata.set('retry-after', String(error.retryAfterSeconds));
  return throwError(() => ({
    code: STATUS_OF_KIND[error.kind].grpc,
    message: error.message,
    details: error.message,
    metadata,
  }));
}

function answerHttp(error: CodedError, host: ArgumentsHost): undefined {
  const reply = host.switchToHttp().getResponse<FastifyReply>();
  const request = host.switchToHttp().getRequest<FastifyRequest>();
  if (reply.sent) return;
  if (error.retryAfterSeconds) reply.header('Retry-After', error.retryAfterSeconds);
  if (error.kind === 'unauthenticated') reply.header('WWW-Authenticate', 'Bearer');
  reply.status(STATUS_OF_KIND[error.kind].http).send({
    success: false,
    error: error.message,
    code: error.code,
    details: error.details,
    request_id: currentRequestId() ?? request.id,
  });
}
