import { CodedError } from '#platform';
import type { TemplateInvalidError } from '../rendering/template-invalid-error.js';

export class DocumentNotFoundError extends CodedError {
  constructor() {
    super({ code: 'document_not_found', kind: 'not_found', message: 'Document not found' });
  }
}

export class DocumentFileMissingError extends CodedError {
  constructor() {
    const message = 'The document is known, but its file is no longer in the store.';
    super({ code: 'document_file_missing', kind: 'gone', message });
  }
}

export class MissingPersonError extends CodedError {
  constructor() {
    super({
      code: 'invalid_request',
      kind: 'invalid',
      message: 'personal: is required, because the profile of this user holds no name.',
      details: [{ path: 'personal', message: 'is required' }],
    });
  }
}

export class TemplateNotFillableError extends CodedError {
  constructor(cause: TemplateInvalidError) {
    super({
      code: cause.code,
      kind: 'unprocessable',
      message: cause.message,
      details: cause.problems,
      cause,
    });
  }
}
