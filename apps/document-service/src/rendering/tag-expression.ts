/** What stands between `{{` and `}}`: a path and, after a bar, a label (for links) or a default. */
export interface TagExpression {
  /** `['personal', 'email']`; `['.']` is the current item. */
  path: string[];
  /** The text after the bar, without its quotes. */
  alternative?: string;
}

const PATH = /^(?:\.|[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)$/;
/** Straight and typographic quotes, as word processors put them in. */
const QUOTED = /^["'“”„«‘’‚](.*)["'“”»‘’]$/su;

/** Parses a tag's inside strictly; undefined for anything that is not a path with an optional alternative. */
export function parseTagExpression(inside: string): TagExpression | undefined {
  const bar = inside.indexOf('|');
  const path = (bar < 0 ? inside : inside.slice(0, bar)).trim();
  if (!PATH.test(path)) return undefined;
  const segments = path === '.' ? ['.'] : path.split('.');
  if (bar < 0) return { path: segments };
  const rest = inside.slice(bar + 1).trim();
  return { path: segments, alternative: QUOTED.exec(rest)?.[1] ?? rest };
}

/** A tag inside a data string or a link target. No braces within, so that `{{ {{x}} }}` finds the inner one. */
export const TAG_IN_TEXT = /\{\{([^{}]*)\}\}/g;
