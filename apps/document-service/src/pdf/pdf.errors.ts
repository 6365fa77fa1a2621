import { CodedError } from '#platform';

export class PdfUnavailableError extends CodedError {
  constructor() {
    const message =
      'No PDF converter is set up here: install LibreOffice (Debian and Ubuntu: apt-get install libreoffice-writer-nogui) so that soffice is on the PATH, or set PDF_CONVERTER=gotenberg and GOTENBERG_URL; "format": "docx" works without.';
    super({ code: 'pdf_unavailable', kind: 'unimplemented', message });
  }
}

export class PdfConversionError extends CodedError {
  constructor(cause: unknown) {
    const message = 'The PDF could not be made in time; try again, or ask for "format": "docx".';
    super({ code: 'pdf_conversion_failed', kind: 'unavailable', message, retryAfterSeconds: 5, cause });
  }
}
