import { ConnectionError, FootfallError } from '#client';

/** How a command ended, for scripts. */
export const EXIT_CODES = { done: 0, 'refused by Footfall': 1, 'wrong usage': 2, 'no answer': 3 } as const;

/** What the user must change: a file, an option. */
export class UsageError extends Error {}

export function exitCodeOf(error: unknown): number {
  if (error instanceof ConnectionError) return EXIT_CODES['no answer'];
  return error instanceof UsageError ? EXIT_CODES['wrong usage'] : EXIT_CODES['refused by Footfall'];
}

/** A sentence, and a line for each detail that a refusal names. */
export function explain(error: unknown): string {
  if (error instanceof ConnectionError) return `${capitalised(error.message)}. Is it running? See --url.`;
  if (!(error instanceof FootfallError)) return error instanceof Error ? error.message : String(error);
  return [`${error.message} (${error.code})`, ...error.details.map(describe)].join('\n  ');
}

function describe(detail: unknown): string {
  if (typeof detail !== 'object' || detail === null) return String(detail);
  const { path, message } = detail as { path?: unknown; message?: unknown };
  return typeof message === 'string' ? `${path ? `${path}: ` : ''}${message}` : JSON.stringify(detail);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
