import { isLinkVariable } from '../../rendering/link-marks.js';
import {
  olderTagsToo,
  parseTagExpression,
  TAG_IN_TEXT,
  type TagSyntax,
} from '../../rendering/tag-expression.js';
import type { TemplateProblem } from '../../rendering/template-invalid-error.js';
import { attributeOf, attributesOf, textOf, type XmlElement } from '../../rendering/xml-tree.js';
import type { TemplateLimits } from './template-limits.js';
import { localName, walk, type XmlPart } from './xml-part.js';

/** A tag as its author meets it: once per name and kind, however often it stands in the template. */
export interface FoundTag {
  name: string;
  kind: 'link' | 'section' | 'value';
  count: number;
}

const TEXT_ELEMENTS = new Set(['t', 'instrText', 'delText']);

/** The tags of a template. Text that a word processor split over runs is read as one. */
export function findTags(parts: readonly XmlPart[], syntax: TagSyntax): FoundTag[] {
  const found = new Map<string, FoundTag>();
  for (const { inside } of tagsOf(parts, syntax)) {
    const tag = describe(inside);
    if (!tag) continue;
    const key = `${tag.kind} ${tag.name}`;
    found.set(key, { ...tag, count: (found.get(key)?.count ?? 0) + 1 });
  }
  return [...found.values()];
}

/** What makes a template cost more than its size shows: thousands of tags, loops within loops. */
export function findCostlyTags(parts: readonly XmlPart[], limits: TemplateLimits): TemplateProblem[] {
  // A request may say that the older form counts, whatever was said at the upload.
  const tags = tagsOf(parts, olderTagsToo);
  if (tags.length > limits.tags) {
    const message = `The template holds ${tags.length} tags; at most ${limits.tags} are allowed. Repeat lines with a section such as {{#experience}} instead.`;
    return [{ code: 'too_many_tags', message }];
  }
  const problems: TemplateProblem[] = [];
  const open: string[] = [];
  let file = '';
  for (const { path, inside } of tags) {
    if (path !== file) open.length = 0;
    file = path;
    const [mark, name] = [inside.trim().charAt(0), inside.trim().slice(1).trim()];
    if (mark === '/') open.pop();
    if (mark !== '#' && mark !== '^') continue;
    const facts = { file, tag: `{{${inside.trim()}}}` };
    if (open.includes(name)) {
      const message = `The section {{#${name}}} stands inside itself: close it with {{/${name}}} before it is opened again.`;
      problems.push({ code: 'section_in_itself', message, ...facts });
    } else if (open.length === limits.sectionDepth) {
      const message = `The section ${facts.tag} stands inside ${open.length} others; at most ${limits.sectionDepth} may lie within one another.`;
      problems.push({ code: 'section_too_deep', message, ...facts });
    }
    open.push(name);
  }
  return problems;
}

interface RawTag {
  path: string;
  inside: string;
}

function tagsOf(parts: readonly XmlPart[], syntax: TagSyntax): RawTag[] {
  return parts.flatMap(({ path, root }) => {
    const texts = path.endsWith('.rels') ? targetsOf(root) : [textBelow(root)];
    return texts.flatMap((text) =>
      [...syntax(text).matchAll(TAG_IN_TEXT)].map(([, inside]) => ({ path, inside: inside ?? '' })),
    );
  });
}

function textBelow(root: XmlElement): string {
  const texts: string[] = [];
  walk(root, (element) => {
    if (TEXT_ELEMENTS.has(localName(element))) texts.push(textOf(element));
    if (!/\{|&lt;|%7B|%3C/i.test(element.attributes)) return;
    for (const [, value] of attributesOf(element)) texts.push(` ${decoded(value)} `);
  });
  return texts.join('');
}

function targetsOf(root: XmlElement): string[] {
  const targets: string[] = [];
  walk(root, (element) => {
    targets.push(decoded(attributeOf(element, 'Target') ?? ''));
  });
  return targets;
}

/** Word processors write braces in targets as %7B and %7D, angles as %3C and %3E, some escape the percent again. */
function decoded(target: string): string {
  return target.replace(/%(?:25)*(7B|7D|3C|3E)/gi, (_, code) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function describe(inside: string): Omit<FoundTag, 'count'> | undefined {
  const text = inside.trim();
  if (text.startsWith('/')) return undefined;
  const isSection = /^[#^]/.test(text);
  const expression = parseTagExpression(isSection ? text.slice(1) : text);
  if (!expression || expression.path[0] === '.') return undefined;
  const name = expression.path.join('.');
  if (isSection) return { name, kind: 'section' };
  return { name, kind: isLinkVariable(expression.path.at(-1)) ? 'link' : 'value' };
}
