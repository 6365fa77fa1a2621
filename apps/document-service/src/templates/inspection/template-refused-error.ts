import type { TemplateProblem } from '../../rendering/template-invalid-error.js';

/** Codes of files that are no Word document at all, or one that may not be taken in: HTTP 415. */
const WRONG_KIND = new Set(['not_docx', 'legacy_or_encrypted', 'macros']);

/**
 * A file that will not be used as a template, with everything found wrong with it. Knows no HTTP beyond the kind, so
 * that it can be made in a process of its own.
 */
export class TemplateRefusedError extends Error {
  override readonly name = 'TemplateRefusedError';

  constructor(
    readonly problems: readonly [TemplateProblem, ...TemplateProblem[]],
    options?: ErrorOptions,
  ) {
    super(problems[0].message, options);
  }

  get code(): string {
    return this.problems[0].code;
  }

  get kind(): 'unsupported_media' | 'too_large' | 'unprocessable' {
    if (WRONG_KIND.has(this.code)) return 'unsupported_media';
    return this.code === 'file_too_large' ? 'too_large' : 'unprocessable';
  }
}

/** Throws when there is something to complain about. */
export function refuseIfAny(problems: TemplateProblem[]): void {
  const [first, ...others] = problems;
  if (first) throw new TemplateRefusedError([first, ...others]);
}

export function refuse(code: string, message: string, facts: Partial<TemplateProblem> = {}): never {
  throw new TemplateRefusedError([{ code, message, ...facts }]);
}
