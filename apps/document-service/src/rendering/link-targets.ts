import { isLinkVariable, type LinkMarks, type LinkVariable } from './link-marks.js';
import { parseTagExpression, placeTags, TAG_IN_TEXT, type TagSyntax } from './tag-expression.js';

/** What a hyperlink target comes to once its tags are filled in. */
export type ResolvedTarget =
  | { kind: 'url'; url: string; variable?: LinkVariable }
  /** The URL is not configured, or what came out leads nowhere. */
  | { kind: 'missing' }
  /** A reader must not be led there: `javascript:`, `file:` and their like. */
  | { kind: 'unsafe'; url: string };

/** What word processors put before a target that they take for a relative path, a host or a file. */
const INVENTED_PATH = /^(?:\.\.?\/|\/|file:.*[\\/])$/i;
/** A path has no query: LibreOffice escapes the question mark behind a tag that it takes for one. */
const ESCAPED_QUERY = /^(\{\{[^{}]*\}\})%(?:25)*3F/i;
const INVENTED_HOST = /^https?:\/\/$/i;
const ALLOWED = /^(?:https?:\/\/[^/\s]|mailto:[^\s@]+@[^\s]|tel:\+?(?:[\d().-]|%20)+$)/i;
const SCHEME = /^[a-z][a-z0-9+.-]*:(?!\d)|^\\/i;
const HOST = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[/?#:]|$)/i;

/** Whether a text still holds a tag in any spelling. */
export function holdsTag(text: string): boolean {
  return /\{\{|\}\}/.test(decodeBraces(text));
}

/**
 * The target of a template's hyperlink with its tags ready to be filled in, undefined when it has none. Word stores
 * `{{x}}` as `%7B%7Bx%7D%7D`, sometimes escaped twice, with spaces inside, or behind an invented prefix
 * (`http://{{x}}/`, `./…`, `file:///C:\…\`).
 */
export function targetTemplate(target: string, syntax: TagSyntax): string | undefined {
  const decoded = syntax(decodeAngles(decodeBraces(target))).trim();
  if (!holdsTag(decoded)) return undefined;
  const written = decoded.replace(TAG_IN_TEXT, decodePercent);
  const [first] = written.matchAll(TAG_IN_TEXT);
  if (!first) return '';
  const prefix = written.slice(0, first.index).trim();
  const rest = written.slice(first.index);
  const isLink = isLinkVariable(parseTagExpression(first[1] ?? '')?.path.at(-1));
  if (INVENTED_PATH.test(prefix)) return placeTags(rest.replace(ESCAPED_QUERY, '$1?'), 'target');
  if (isLink && INVENTED_HOST.test(prefix)) return placeTags(rest, 'target');
  const isHostOnly = INVENTED_HOST.test(prefix) && rest === `${first[0]}/`;
  return placeTags(isHostOnly ? prefix + first[0] : written, 'target');
}

/** Where a filled in target leads. `urlOf` answers undefined for a link that is not configured. */
export function resolveTarget(
  filled: string,
  marks: LinkMarks,
  urlOf: (variable: LinkVariable) => string | undefined,
): ResolvedTarget {
  const [first] = marks.find(filled);
  if (!first) return judge(filled.trim().replace(/^https?:\/\/(?=https?:\/\/|mailto:)/i, ''));
  const url = urlOf(first.variable);
  if (!url) return { kind: 'missing' };
  const prefix = filled.slice(0, first.start).trim();
  if (prefix === '' || INVENTED_HOST.test(prefix)) {
    const suffix = marks.replace(filled.slice(first.end), () => '').trim();
    return { kind: 'url', url: join(url, suffix), variable: first.variable };
  }
  return judge(marks.replace(filled, ({ variable }) => encodeURIComponent(urlOf(variable) ?? '')).trim());
}

/** Whether a target that holds no tag must not be in a document. Paths within the document are harmless. */
export function isUnsafe(target: string): boolean {
  return SCHEME.test(target.trim()) && !/^(?:https?|mailto|tel):/i.test(target.trim());
}

function judge(url: string): ResolvedTarget {
  if (ALLOWED.test(url)) return { kind: 'url', url };
  if (isUnsafe(url)) return { kind: 'unsafe', url };
  return HOST.test(url) ? { kind: 'url', url: `https://${url}` } : { kind: 'missing' };
}

function decodeBraces(target: string): string {
  return target.replace(/%(?:25)*7B/gi, '{').replace(/%(?:25)*7D/gi, '}');
}

function decodeAngles(target: string): string {
  return target.replace(/%(?:25)*3C/gi, '<').replace(/%(?:25)*3E/gi, '>');
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
