import { setText } from './paragraph-text.js';
import {
  append,
  childNamed,
  cloneElement,
  createElement,
  replaceNode,
  textOf,
  type XmlElement,
  type XmlNode,
} from './xml-tree.js';

/** A link to put into a run's text. */
export interface PlacedLink {
  start: number;
  end: number;
  /** The text a reader sees. */
  text: string;
  relationshipId: string;
}

/** Tracked insertions may not hold a hyperlink (ECMA-376 CT_RunTrackChange): the hyperlink holds them instead. */
const TRACKED = new Set(['w:ins', 'w:moveTo']);

export interface RunStyling {
  /** Id of the character style for links: without one LibreOffice leaves the link out of a PDF. */
  styleId: string;
  /** Declares the relationships namespace where the part does not: ` xmlns:r="…"`, or nothing. */
  namespace: string;
}

/**
 * Turns stretches of a `w:t` into hyperlinks: the run is closed before each, and opened again after it with its
 * own properties, so that the author's formatting holds for the link and for what follows.
 */
export function linkInsideRun(textNode: XmlElement, links: PlacedLink[], styling: RunStyling): void {
  const run = textNode.parent;
  if (run?.name !== 'w:r') return;
  const properties = childNamed(run, 'w:rPr');
  const output: XmlElement[] = [];
  let pending: XmlNode[] = [];
  const flush = () => {
    if (pending.length > 0) output.push(runWith(run, properties, pending));
    pending = [];
  };
  for (const child of [...run.children]) {
    if (child === properties) continue;
    if (child !== textNode) {
      pending.push(child);
      continue;
    }
    const text = textOf(textNode);
    let cursor = 0;
    for (const link of links) {
      if (link.start > cursor) pending.push(textElement(text.slice(cursor, link.start)));
      flush();
      output.push(hyperlink({ run, properties, link, styling }));
      cursor = link.end;
    }
    if (cursor < text.length) pending.push(textElement(text.slice(cursor)));
  }
  flush();
  const wrapper = run.parent;
  replaceNode(run, output);
  if (wrapper) liftOutOfTracked(wrapper);
}

/** Whether a node already lies inside a hyperlink: they do not nest. */
export function isInsideHyperlink(node: XmlElement): boolean {
  for (let at = node.parent; at && at.name !== 'w:p'; at = at.parent)
    if (at.name === 'w:hyperlink') return true;
  return false;
}

function hyperlink(parts: {
  run: XmlElement;
  properties: XmlElement | undefined;
  link: PlacedLink;
  styling: RunStyling;
}): XmlElement {
  const { run, properties, link, styling } = parts;
  const styled = withCharacterStyle(properties, styling.styleId);
  const attributes = `${styling.namespace} r:id="${link.relationshipId}" w:history="1"`;
  return createElement('w:hyperlink', attributes, [runWith(run, styled, [textElement(link.text)])]);
}

/** Run properties that name a character style; an author's own style stays. `w:rStyle` must come first. */
export function withCharacterStyle(properties: XmlElement | undefined, styleId: string): XmlElement {
  const copy = properties ? cloneElement(properties) : createElement('w:rPr');
  if (childNamed(copy, 'w:rStyle')) return copy;
  const style = createElement('w:rStyle', ` w:val="${styleId}"`);
  style.parent = copy;
  copy.children.unshift(style);
  return copy;
}

function runWith(run: XmlElement, properties: XmlElement | undefined, content: XmlNode[]): XmlElement {
  const copy = createElement('w:r', run.attributes);
  if (properties) append(copy, cloneElement(properties));
  for (const node of content) append(copy, node);
  return copy;
}

function textElement(text: string): XmlElement {
  const element = createElement('w:t');
  setText(element, text);
  return element;
}

function liftOutOfTracked(wrapper: XmlElement): void {
  if (!TRACKED.has(wrapper.name)) return;
  const output: XmlElement[] = [];
  let shell: XmlElement | undefined;
  for (const child of [...wrapper.children]) {
    if (child.kind === 'element' && child.name === 'w:hyperlink') {
      const inner = createElement(wrapper.name, wrapper.attributes, child.children);
      output.push(createElement('w:hyperlink', child.attributes, [inner]));
      shell = undefined;
      continue;
    }
    if (!shell) {
      shell = createElement(wrapper.name, wrapper.attributes);
      output.push(shell);
    }
    append(shell, child);
  }
  const outer = wrapper.parent;
  replaceNode(wrapper, output);
  if (outer) liftOutOfTracked(outer);
}
