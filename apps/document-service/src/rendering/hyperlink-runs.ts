import { setText } from './paragraph-text.js';
import {
  append,
  childNamed,
  cloneElement,
  createElement,
  elementsNamed,
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
const LINK = 'w:hyperlink';

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
  if (wrapper) liftLinks(wrapper);
}

/** The hyperlink a node already lies in: they do not nest. */
export function hyperlinkAround(node: XmlElement): XmlElement | undefined {
  for (let at = node.parent; at && at.name !== 'w:p'; at = at.parent) if (at.name === LINK) return at;
  return undefined;
}

/** Gives a hyperlink's runs that have no character style one without any look. */
export function styleRuns(link: XmlElement, styles: { plain(): string }): void {
  for (const run of elementsNamed(link, 'w:r')) {
    const properties = childNamed(run, 'w:rPr');
    if (properties && childNamed(properties, 'w:rStyle')) continue;
    const styled = withCharacterStyle(properties, styles.plain());
    if (properties) replaceNode(properties, [styled]);
    else {
      append(run, styled);
      run.children.unshift(...run.children.splice(-1));
    }
  }
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
  return createElement(LINK, attributes, [runWith(run, styled, [textElement(link.text)])]);
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

/**
 * Moves hyperlinks out of a tracked insertion or another hyperlink, which is closed before each and opened again
 * after it. An insertion goes on inside the link; of two links, the inner one leads.
 */
export function liftLinks(wrapper: XmlElement): void {
  const isTracked = TRACKED.has(wrapper.name);
  const hasLink = wrapper.children.some((child) => child.kind === 'element' && child.name === LINK);
  if (!hasLink || !(isTracked || wrapper.name === LINK)) return;
  const output: XmlElement[] = [];
  let shell: XmlElement | undefined;
  for (const child of [...wrapper.children]) {
    if (child.kind === 'element' && child.name === LINK) {
      output.push(isTracked ? trackedLink(child, wrapper) : child);
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
  if (outer) liftLinks(outer);
}

function trackedLink(link: XmlElement, tracked: XmlElement): XmlElement {
  return createElement(LINK, link.attributes, [
    createElement(tracked.name, tracked.attributes, link.children),
  ]);
}
