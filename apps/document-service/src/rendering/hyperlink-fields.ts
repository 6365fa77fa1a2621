import { liftLinks } from './hyperlink-runs.js';
import { holdsTag, isUnsafe } from './link-targets.js';
import { setText } from './paragraph-text.js';
import { namespaceFor, type Relationships } from './relationships.js';
import type { TagSyntax } from './tag-expression.js';
import {
  append,
  attributeOf,
  childNamed,
  cloneElement,
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
  for (const field of [...simpleFields(tree), ...complexFields(tree)]) {
    const target = fieldTarget(syntax(field.instruction));
    if (target === undefined) continue;
    const isTagged = holdsTag(target);
    if (!isTagged && isUnsafe(target)) unsafe.push(target);
    if (!isTagged && !holdsTag(syntax(shownBy(field.result)))) continue;
    const [first, ...rest] = field.nodes;
    const wrapper = first?.parent;
    const shown = shownBy(field.result) === '' ? [textRun(target)] : field.result;
    for (const node of rest) replaceNode(node);
    const id = relationships.addHyperlink(target);
    const link = createElement('w:hyperlink', `${namespace} r:id="${id}" w:history="1"`);
    if (first) replaceNode(first, [link]);
    for (const node of shown) append(link, node);
    if (wrapper) liftLinks(wrapper);
  }
  return unsafe;
}

interface Field {
  instruction: string;
  /** What stands in the place of the code. */
  result: XmlNode[];
  /** Everything the field is made of, siblings. */
  nodes: XmlNode[];
}

function simpleFields(tree: XmlElement): Field[] {
  return elementsNamed(tree, 'w:fldSimple').map((element) => ({
    instruction: attributeOf(element, 'w:instr') ?? '',
    result: element.children.filter((child) => child.kind === 'text' || child.name !== 'w:fldData'),
    nodes: [element],
  }));
}

function complexFields(tree: XmlElement): Field[] {
  for (const run of elementsNamed(tree, 'w:r')) splitAtFieldCharacters(run);
  return elementsNamed(tree, 'w:r')
    .filter((run) => fieldCharacter(run) === 'begin')
    .flatMap((run) => readField(run) ?? []);
}

/** Reads from the beginning of a field to its end; undefined when it has fields within or ends elsewhere. */
function readField(begin: XmlElement): Field | undefined {
  const siblings = begin.parent?.children ?? [];
  const field: Field = { instruction: '', result: [], nodes: [begin] };
  let isResult = false;
  for (const node of siblings.slice(siblings.indexOf(begin) + 1)) {
    field.nodes.push(node);
    if (node.kind === 'text') continue;
    const character = fieldCharacter(node);
    if (character === 'end') return field;
    if (character === 'begin') return undefined;
    if (character === 'separate') isResult = true;
    else if (isResult) field.result.push(node);
    else field.instruction += elementsNamed(node, 'w:instrText').map(textOf).join('');
  }
  return undefined;
}

function fieldCharacter(node: XmlElement): string | undefined {
  const mark = node.name === 'w:r' ? childNamed(node, 'w:fldChar') : undefined;
  return mark && attributeOf(mark, 'w:fldCharType');
}

/** Some programs put a whole field into one run. Afterwards every field character has a run of its own. */
function splitAtFieldCharacters(run: XmlElement): void {
  const properties = childNamed(run, 'w:rPr');
  const content = run.children.filter((child) => child.kind === 'element' && child !== properties);
  if (content.length < 2 || !childNamed(run, 'w:fldChar')) return;
  replaceNode(
    run,
    content.map((child) => {
      const copy = createElement('w:r', run.attributes, properties ? [cloneElement(properties)] : []);
      append(copy, child);
      return copy;
    }),
  );
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
