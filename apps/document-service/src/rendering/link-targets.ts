import { isLinkVariable, type LinkVariable } from './link-marks.js';
import { parseTagExpression, TAG_IN_TEXT } from './tag-expression.js';

/** What a hyperlink target with tags comes to. */
export type ResolvedTarget =
  | { kind: 'untagged' }
  | { kind: 'url'; url: string; variable?: LinkVariable }
  /** The URL is not configured, or what came out may not be linked to. */
  | { kind: 'missing'; variable?: LinkVariable };

interface TargetSources {
  /** URL of a link variable, undefined when not configured. */
  urlOf(variable: LinkVariable): string | undefined;
  /** Text of an ordinary tag such as `{{personal.email}}`. */
  fill(tag: string): string;
}

/** What word processors put before a target that they take for a relative path, a host or a file. */
const INVENTED_PREFIX = /^(?:https?:\/\/|\.\.?\/|\/|file:\/\/\/?.*[\\/])$/i;
const ALLOWED = /^(?:https?:\/\/[^/\s]|mailto:[^\s]+@[^\s]+)/i;

/**
 * Fills in the tags of a hyperlink's target. Word stores `{{x}}` as `%7B%7Bx%7D%7D`, sometimes escaped twice,
 * with spaces inside, or behind an invented prefix (`http://{{x}}/`, `./…`, `file:///C:\…\`).
 */
export function resolveTarget(target: string, sources: TargetSources): ResolvedTarget {
  const decoded = decodeBraces(target);
  const tags = [...decoded.matchAll(TAG_IN_TEXT)];
  if (tags.length === 0) return { kind: 'untagged' };
  for (const tag of tags) {
    const expression = parseTagExpression(decodePercent(tag[1] ?? ''));
    const variable = expression?.path.at(-1);
    if (!isLinkVariable(variable)) continue;
    const url = sources.urlOf(variable);
    if (!url) return { kind: 'missing', variable };
    const before = decoded.slice(0, tag.index).trim();
    if (before !== '' && !INVENTED_PREFIX.test(before)) continue;
    const after = decoded.slice(tag.index + tag[0].length).replace(TAG_IN_TEXT, '');
    return { kind: 'url', url: join(url, after.trim()), variable };
  }
  const url = decoded.replace(TAG_IN_TEXT, (tag) => encodeFilled(sources.fill(decodePercent(tag)))).trim();
  return ALLOWED.test(url) ? { kind: 'url', url } : { kind: 'missing' };
}

/** Whether a target still holds a tag in any spelling. */
export function holdsTag(target: string): boolean {
  return /\{\{|\}\}/.test(decodeBraces(target));
}

function decodeBraces(target: string): string {
  return target.replace(/%(?:25)*7B/gi, '{').replace(/%(?:25)*7D/gi, '}');
}

function decodePercent(text: string): string {
  return text
    .replace(/%(?:25)*20/g, ' ')
    .replace(/%(?:25)*7C/gi, '|')
    .replace(/%(?:25)*22/g, '"');
}

/** An author's `?utm=…` behind the tag stays, behind what the URL already asks. */
function join(url: string, suffix: string): string {
  if (suffix === '' || suffix === '/') return url;
  if (!/^[?&#/]/.test(suffix)) return url;
  return suffix.startsWith('?') && url.includes('?') ? `${url}&${suffix.slice(1)}` : url + suffix;
}

function encodeFilled(value: string): string {
  return encodeURI(value.trim());
}
