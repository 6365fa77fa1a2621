import { type ComplexField, complexFields } from './complex-fields.js';
import { liftLinks } from './hyperlink-runs.js';
import { holdsTag, isUnsafe } from './link-targets.js';
import { setText } from './paragraph-text.js';
import { namespaceFor, type Relationships } from './relationships.js';
import type { TagSyntax } from './tag-expression.js';
import {
  append,
  attributeOf,
  createElement,
  elementsNamed,
  replaceNode,
  textOf,
  type XmlElement,
  type XmlNode,
} from './xml-tree.js';

/** `HYPERLINK "target" \o "tip"`: the target in quotes, with backslashes doubled, or bare. */
const HYPERLINK = /^\s*HYPERLINK\s+(?:"((?:\\.|[^"\\])*)"|“([^”]*)”|([^\s"\\]\S*))/i;

/** Where a field code leads; undefined for other fields and for places in the same document (`\l`). */
export function fieldTarget(instruction: string): string | undefined {
  const match = HYPERLINK.exec(instruction);
  return match?.[1]?.replace(/\\(\\|")/g, '$1') ?? match?.[2] ?? match?.[3];
}

/**
 * Writes hyperlinks that are field codes (`w:fldSimple`, or `w:fldChar` with a code split over several
 * `w:instrText`) as `w:hyperlink`, where a tag stands in their code or in what they show: from then on there is one
 * kind of link. Answers the targets of the other fields that must not be in a document.
 */
export function linkFields(tree: XmlElement, relationships: Relationships, syntax: TagSyntax): string[] {
  const unsafe: string[] = [];
  const namespace = namespaceFor(tree);
  for (const field of [...simpleFields(tree), ...complexFields(tree).map(describe)]) {
    const target = fieldTarget(syntax(field.instruction));
    if (target === undefined) continue;
    const isTagged = holdsTag(target);
    if (!isTagged && isUnsafe(target)) unsafe.push(target);
    if (!isTagged && !holdsTag(syntax(shownBy(field.result)))) continue;
    const id = relationships.addHyperlink(target);
    field.link({ attributes: `${namespace} r:id="${id}" w:history="1"`, target });
  }
  return unsafe;
}

interface Field {
  instruction: string;
  /** What stands in the place of the code. */
  result: XmlNode[];
  /** Puts a hyperlink in the field's place. */
  link(written: WrittenLink): void;
}

interface WrittenLink {
  attributes: string;
  /** Shown where the field shows nothing. */
  target: string;
}

function simpleFields(tree: XmlElement): Field[] {
  return elementsNamed(tree, 'w:fldSimple').map((element) => {
    const result = element.children.filter((child) => child.kind === 'text' || child.name !== 'w:fldData');
    return {
      instruction: attributeOf(element, 'w:instr') ?? '',
      result,
      link: ({ attributes, target }) =>
        putLink([element], isBlank(result) ? [textRun(target)] : result, attributes),
    };
  });
}

function describe(field: ComplexField): Field {
  return { ...field, link: (written) => linkComplexField(field, written) };
}

/** A hyperlink does not span paragraphs: each gets one. Then the field's code and characters go. */
function linkComplexField({ marks, result }: ComplexField, { attributes, target }: WrittenLink): void {
  const stretches = siblingsAmong(result).filter((stretch) => !isBlank(stretch));
  for (const stretch of stretches) putLink(stretch, stretch, attributes);
  if (stretches.length === 0) putLink([marks[0]], [textRun(target)], attributes);
  for (const mark of marks) replaceNode(mark);
}

function putLink(place: XmlNode[], content: XmlNode[], attributes: string): void {
  const [first, ...rest] = place;
  const wrapper = first?.parent;
  const link = createElement('w:hyperlink', attributes);
  for (const node of rest) replaceNode(node);
  if (first) replaceNode(first, [link]);
  for (const node of content) append(link, node);
  if (wrapper) liftLinks(wrapper);
}

/** The nodes by their parents, with whatever stands between them there, such as bookmarks. */
function siblingsAmong(nodes: XmlElement[]): XmlNode[][] {
  return [...Map.groupBy(nodes, ({ parent }) => parent)].flatMap(([parent, among]) => {
    const last = among.at(-1);
    if (!parent || !among[0] || !last) return [];
    return [parent.children.slice(parent.children.indexOf(among[0]), parent.children.indexOf(last) + 1)];
  });
}

const PICTURES = ['w:drawing', 'w:pict', 'w:object'];

/** Neither text nor picture: there would be nothing to click on. */
function isBlank(nodes: XmlNode[]): boolean {
  const elements = nodes.flatMap((node) => (node.kind === 'element' ? node : []));
  const hasPicture = elements.some((node) => PICTURES.some((name) => elementsNamed(node, name).length > 0));
  return !hasPicture && shownBy(nodes) === '';
}

function shownBy(nodes: XmlNode[]): string {
  return nodes
    .flatMap((node) => (node.kind === 'element' ? elementsNamed(node, 'w:t') : []))
    .map(textOf)
    .join('');
}

function textRun(text: string): XmlElement {
  const run = createElement('w:r');
  const element = createElement('w:t');
  setText(element, text);
  append(run, element);
  return run;
}
