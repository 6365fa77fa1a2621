/** One fault of a template, in words its author can act on. */
export interface TemplateProblem {
  code: string;
  message: string;
  /** The part it stands in, such as `word/document.xml`. */
  file?: string;
}

/** A template that cannot be filled in, with all its faults. */
export class TemplateInvalidError extends Error {
  readonly code = 'template_invalid';
  override readonly name = 'TemplateInvalidError';

  constructor(
    readonly problems: TemplateProblem[],
    options?: ErrorOptions,
  ) {
    super('The template cannot be filled in.', options);
  }
}

interface DocxtemplaterError {
  message: string;
  properties?: { id?: string; explanation?: string; file?: string; errors?: DocxtemplaterError[] };
}

/** The faults docxtemplater names, one or many under `properties.errors`; none when the error is not its own. */
export function templateProblems(error: unknown): TemplateProblem[] {
  if (error instanceof TemplateInvalidError) return error.problems;
  const { properties } = error as DocxtemplaterError;
  if (!properties) return [];
  return (properties.errors ?? [error as DocxtemplaterError]).map((problem) => ({
    code: problem.properties?.id ?? 'unreadable',
    message: problem.properties?.explanation ?? problem.message,
    file: problem.properties?.file,
  }));
}
