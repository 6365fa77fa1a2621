import { CodedError } from '#platform';
import { TEMPLATE_LIMITS } from './inspection/template-limits.js';
import type { TemplateRefusedError } from './inspection/template-refused-error.js';

export class TemplateNotFoundError extends CodedError {
  constructor(templateId: string, kind?: string) {
    const message = `There is no template "${templateId}"${kind ? ` for a ${kind.replace('_', ' ')}` : ''}: GET /templates lists those there are.`;
    super({ code: 'template_not_found', kind: 'not_found', message });
  }
}

export class BuiltInTemplateError extends CodedError {
  constructor(name: string) {
    const message = `"${name}" is a built-in template, which cannot be replaced or deleted: choose another name.`;
    super({ code: 'template_built_in', kind: 'conflict', message });
  }
}

/** A file that is refused, as callers are told. */
export class TemplateUploadRefusedError extends CodedError {
  constructor(cause: TemplateRefusedError) {
    const others = cause.problems.length - 1;
    const more = others > 0 ? ` (and ${others} more)` : '';
    super({
      code: cause.code,
      kind: cause.kind,
      message: `${cause.message}${more}`,
      details: cause.problems,
      cause,
    });
  }
}

export class InvalidUploadError extends CodedError {
  constructor(message: string) {
    super({ code: 'invalid_request', kind: 'invalid', message });
  }
}

export class UploadTooLargeError extends CodedError {
  constructor() {
    const message = `The file may be at most ${TEMPLATE_LIMITS.fileBytes / 1_000_000} MB: compress its pictures (in Word, Picture Format > Compress Pictures).`;
    super({ code: 'file_too_large', kind: 'too_large', message });
  }
}
