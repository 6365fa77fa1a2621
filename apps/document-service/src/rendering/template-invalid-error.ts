import { type DocxtemplaterFault, explainFault } from './explain-fault.js';

/** One fault of a template, in words its author can act on. */
export interface TemplateProblem {
  code: string;
  message: string;
  /** The part it stands in, such as `word/document.xml`. */
  file?: string;
  /** The tag it is about, as its author has typed it. */
  tag?: string;
  /** Where in the part, for people: number and beginning of the paragraph. */
  place?: string;
}

/** A link that must not be in a document: neither web page, mail address nor telephone number. */
export function unsafeTarget(target: string, file: string): TemplateProblem {
  const message = `A link leads to "${target.slice(0, 100)}"; links may lead to http, https, mailto and tel addresses only.`;
  return { code: UNSAFE_LINK_TARGET, message, file };
}

const UNSAFE_LINK_TARGET = 'unsafe_link_target';

/** A template that cannot be filled in, with all its faults. */
export class TemplateInvalidError extends Error {
  readonly code: 'template_invalid' | 'unsafe_link_target';
  override readonly name = 'TemplateInvalidError';

  constructor(
    readonly problems: TemplateProblem[],
    options?: ErrorOptions,
  ) {
    const isUnsafe = problems.some(({ code }) => code === UNSAFE_LINK_TARGET);
    super(isUnsafe ? (problems[0]?.message ?? '') : 'The template cannot be filled in.', options);
    this.code = isUnsafe ? UNSAFE_LINK_TARGET : 'template_invalid';
  }
}

interface DocxtemplaterError {
  message: string;
  properties?: DocxtemplaterFault & { errors?: DocxtemplaterError[] };
}

/** The faults docxtemplater names, one or many under `properties.errors`; none when the error is not its own. */
export function templateProblems(error: unknown): TemplateProblem[] {
  if (error instanceof TemplateInvalidError) return error.problems;
  const { properties } = error as DocxtemplaterError;
  if (!properties) return [];
  return (properties.errors ?? [error as DocxtemplaterError]).map((fault) =>
    explainFault(fault.properties ?? {}, fault.message),
  );
}
