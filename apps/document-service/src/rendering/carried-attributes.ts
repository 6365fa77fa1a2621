import { holdsTag, targetTemplate } from './link-targets.js';
import type { Relationships } from './relationships.js';
import { placeTags, type TagSyntax } from './tag-expression.js';
import {
  allElements,
  append,
  attributeOf,
  attributesOf,
  createElement,
  elementsNamed,
  escapeXml,
  replaceNode,
  setAttribute,
  textOf,
  type XmlElement,
} from './xml-tree.js';

/** An element that exists only while a template is filled in; docxtemplater fills in its text like a `w:t`'s. */
export const CARRIER = 'footfall:attribute';

/** Attributes that lead somewhere; the targets of `r:id` lie in the part's relationships. */
const TARGETS = new Set(['r:id', 'href', 'o:href']);
/** Nothing that a request says may become part of a field code. */
const NEVER_FILLED = new Set(['w:instr']);

/** An attribute with its text filled in. */
export interface CarriedAttribute {
  element: XmlElement;
  name: string;
  isTarget: boolean;
  value: string;
}

/**
 * Filling in reaches the text of a part, not its attributes or its relationships. So every attribute with a tag
 * (link targets, alternative texts, tips) is carried into the text, inside the element that it belongs to: there a
 * loop repeats it, and its tags see the loop's item.
 */
export function carryAttributes(tree: XmlElement, relationships: Relationships, syntax: TagSyntax): void {
  const targets = new Map<string, string>();
  for (const { id, target, element } of relationships.hyperlinks()) {
    const template = targetTemplate(target, syntax);
    if (template === undefined) continue;
    targets.set(id, template);
    relationships.remove(element);
  }
  for (const element of allElements(tree)) {
    const target = targets.get(attributeOf(element, 'r:id') ?? '');
    if (target !== undefined) carry(element, 'r:id', target);
    if (!/\{|&lt;|%7B|%3C/i.test(element.attributes)) continue;
    for (const [name, value] of attributesOf(element)) {
      if (!holdsTag(syntax(value)) || NEVER_FILLED.has(name)) continue;
      const isTarget = TARGETS.has(name);
      carry(
        element,
        name,
        isTarget ? (targetTemplate(value, syntax) ?? '') : placeTags(syntax(value), 'attribute'),
      );
      setAttribute(element, name, '');
    }
  }
}

/** Takes the carried attributes out of the text again. */
export function takeCarried(tree: XmlElement): CarriedAttribute[] {
  return elementsNamed(tree, CARRIER).flatMap((carrier) => {
    const { parent } = carrier;
    replaceNode(carrier);
    const name = attributeOf(carrier, 'name') ?? '';
    return parent ? [{ element: parent, name, isTarget: TARGETS.has(name), value: textOf(carrier) }] : [];
  });
}

function carry(element: XmlElement, name: string, template: string): void {
  append(element, createElement(CARRIER, ` name="${name}"`, [{ kind: 'text', value: escapeXml(template) }]));
}
