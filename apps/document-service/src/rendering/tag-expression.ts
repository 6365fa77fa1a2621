/** Where a tag stands decides how its value is written: in text, in a link's target, in another attribute. */
export type TagPlace = 'text' | 'target' | 'attribute';

/** What stands between `{{` and `}}`: a path and, after a bar, a label (for links) or a default. */
export interface TagExpression {
  /** `['personal', 'email']`; `['.']` is the current item. */
  path: string[];
  /** The text after the bar, without its quotes. */
  alternative?: string;
  place: TagPlace;
}

const PATH = /^(?:\.|[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)$/;
/** Straight and typographic quotes, as word processors put them in. */
const QUOTED = /^["'“”„«‘’‚](.*)["'“”»‘’]$/su;
/** Private-use characters in front of the names that {@link placeTags} has marked. */
const PLACES: Record<string, TagPlace> = { '\uE002': 'target', '\uE003': 'attribute' };

/** A tag inside a data string or a link target. No braces within, so that `{{ {{x}} }}` finds the inner one. */
export const TAG_IN_TEXT = /\{\{([^{}]*)\}\}/g;

/** Parses a tag's inside strictly; undefined for anything that is not a path with an optional alternative. */
export function parseTagExpression(inside: string): TagExpression | undefined {
  const place = PLACES[inside.charAt(0)];
  const written = place ? inside.slice(1) : inside;
  const bar = written.indexOf('|');
  const path = (bar < 0 ? written : written.slice(0, bar)).trim();
  if (!PATH.test(path)) return undefined;
  const expression = { path: path === '.' ? ['.'] : path.split('.'), place: place ?? 'text' };
  if (bar < 0) return expression;
  const rest = written.slice(bar + 1).trim();
  return { ...expression, alternative: QUOTED.exec(rest)?.[1] ?? rest };
}

/** Marks the tags of an attribute's text with their place; what only looks like a tag is dropped. */
export function placeTags(text: string, place: 'target' | 'attribute'): string {
  const mark = Object.keys(PLACES).find((character) => PLACES[character] === place) ?? '';
  return text
    .replace(TAG_IN_TEXT, (_, inside: string) =>
      parseTagExpression(inside) ? `\uE004${mark}${inside}\uE005` : '',
    )
    .replace(/[{}]{2,}/g, '')
    .replaceAll('\uE004', '{{')
    .replaceAll('\uE005', '}}');
}

/** Rewrites text into the one way of writing tags that rendering knows. */
export type TagSyntax = (text: string) => string;

export const bracesOnly: TagSyntax = (text) => text;

/** The older form `<<name>>`, `<<#name>>`, `<</name>>` beside the braces. Lengths stay as they are. */
export const olderTagsToo: TagSyntax = (text) =>
  text.replace(/<<([#^/]?[^<>{}]*)>>/g, (whole, inside: string) =>
    parseTagExpression(inside.replace(/^[#^/]/, '')) ? `{{${inside}}}` : whole,
  );
