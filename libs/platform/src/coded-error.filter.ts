import { Metadata } from '@grpc/grpc-js';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { type Observable, throwError } from 'rxjs';
import type { CodedError } from './coded-error.js';
import { STATUS_OF_KIND, toCodedError } from './error-status.js';
import { currentRequestId } from './request-context.js';

/** Answers every error of every call in one shape: JSON over HTTP, status and `footfall-code` metadata over gRPC. */
@Catch()
export class CodedErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: PinoLogger) {}

  catch(thrown: unknown, host: ArgumentsHost): Observable<never> | undefined {
    const error = toCodedError(thrown);
    if (error.kind === 'internal') this.logger.error({ err: error.cause }, 'request failed');
    else if (error.kind === 'unavailable') this.logger.warn({ err: error }, 'request refused');
    return host.getType() === 'rpc' ? answerRpc(error) : answerHttp(error, host);
  }
}

function answerRpc(error: CodedError): Observable<never> {
  const metadata = new Metadata();
  metadata.set('footfall-code', error.code);
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
