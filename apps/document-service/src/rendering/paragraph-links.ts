import type { DocumentLinks } from './document-links.js';
import { hyperlinkAround, linkInsideRun, type PlacedLink, type RunStyling } from './hyperlink-runs.js';
import type { FoundMark, LinkMarks } from './link-marks.js';
import { planRemovals, type TextRange } from './missing-links.js';
import { removeEmptied } from './paragraph-removal.js';
import { ParagraphText, setText } from './paragraph-text.js';
import type { Relationships } from './relationships.js';
import type { Warnings } from './render-warnings.js';
import { attributeOf, childNamed, elementsNamed, replaceNode, textOf, type XmlElement } from './xml-tree.js';

export interface ParagraphContext {
  links: DocumentLinks;
  marks: LinkMarks;
  relationships: Relationships;
  warnings: Warnings;
  styling(): RunStyling;
  /** Hyperlinks of the template whose target came to nothing. */
  dead: ReadonlySet<XmlElement>;
}

/** Writes a paragraph's links, after taking out those that are not configured. */
export function linkParagraph(paragraph: XmlElement, context: ParagraphContext): void {
  if (context.dead.size === 0 && !hasMark(paragraph, context.marks)) return;
  if (removeMissing(paragraph, context)) return;
  for (const element of deadHyperlinks(paragraph, context)) unwrap(element);
  for (const node of elementsNamed(paragraph, 'w:t')) {
    if (ownerOf(node) === paragraph) linkText(node, context);
  }
}

/** Most paragraphs have none: they are not looked into further. */
function hasMark(paragraph: XmlElement, marks: LinkMarks): boolean {
  return elementsNamed(paragraph, 'w:t').some((node) =>
    node.children.some((child) => child.kind === 'text' && marks.isIn(child.value)),
  );
}

function removeMissing(paragraph: XmlElement, context: ParagraphContext): boolean {
  const view = new ParagraphText(paragraph);
  const unset = context.marks.find(view.text).filter(({ variable }) => !context.links.isConfigured(variable));
  const missing: TextRange[] = [...unset];
  if (!isHeading(paragraph)) {
    for (const element of deadHyperlinks(paragraph, context)) {
      const range = view.rangeOf(element);
      if (range && !unset.some((mark) => mark.start < range.end && mark.end > range.start))
        missing.push(range);
    }
  }
  if (missing.length === 0) return false;
  const plan = planRemovals(
    view.text,
    missing.sort((a, b) => a.start - b.start),
  );
  const isText = (range: TextRange) =>
    !unset.some((mark) => mark.start >= range.start && mark.end <= range.end);
  // The words of a dead template hyperlink belong to their sentence: only the link is taken off them.
  const kept = plan.midSentence.filter(isText);
  const deletions = plan.deletions.filter(
    (range) => !kept.some((link) => range.start <= link.start && range.end >= link.end),
  );
  view.delete(deletions);
  for (const range of plan.midSentence) {
    const variable = unset.find(({ start }) => start === range.start)?.variable;
    const message = 'A link that is not configured stood inside a sentence; read that sentence once more.';
    context.warnings.add({ code: 'link_left_out_of_sentence', ...(variable && { variable }), message });
  }
  return deletions.length > 0 && removeEmptied(paragraph);
}

function linkText(node: XmlElement, context: ParagraphContext): void {
  const text = textOf(node);
  const found = context.marks.find(text);
  if (found.length === 0) return;
  if (node.parent?.name !== 'w:r' || leadsThere(hyperlinkAround(node), found, context)) {
    setText(
      node,
      context.marks.replace(text, (tag) => shownText(tag, context.links)),
    );
    return;
  }
  const placed = found.flatMap((mark): PlacedLink[] => {
    const link = context.links.find(mark.variable);
    if (!link) return [];
    if (!isAlternative(node)) context.links.countPlacement(mark.variable);
    const relationshipId = context.relationships.hyperlinkTo(link.url);
    return [{ start: mark.start, end: mark.end, text: shownText(mark, context.links), relationshipId }];
  });
  linkInsideRun(node, placed, context.styling());
}

/** Whether the hyperlink around some marks already leads where they do, or to a place within the document. */
function leadsThere(
  around: XmlElement | undefined,
  marks: FoundMark[],
  { links, relationships }: ParagraphContext,
): boolean {
  if (!around) return false;
  const target = relationships.findHyperlink(attributeOf(around, 'r:id'));
  return target === undefined || marks.every(({ variable }) => links.find(variable)?.url === target);
}

/** The label the template gives, else the link's own text; nothing when it is not configured. */
export function shownText(tag: Pick<FoundMark, 'variable' | 'label'>, links: DocumentLinks): string {
  const link = links.find(tag.variable);
  return link ? tag.label || link.text : '';
}

function deadHyperlinks(paragraph: XmlElement, { dead }: ParagraphContext): XmlElement[] {
  return [...dead].filter((element) => element.parent && ownerOf(element) === paragraph);
}

/** Leaves a hyperlink's runs as plain text: without the link they must not look like one. */
function unwrap(hyperlink: XmlElement): void {
  for (const properties of elementsNamed(hyperlink, 'w:rPr')) {
    const style = childNamed(properties, 'w:rStyle');
    if (style) replaceNode(style);
  }
  replaceNode(hyperlink, [...hyperlink.children]);
}

function ownerOf(node: XmlElement): XmlElement | undefined {
  let at = node.parent;
  while (at && at.name !== 'w:p') at = at.parent;
  return at;
}

/** Word stores a text box twice, the second time for old readers: a reader sees one of them. */
export function isAlternative(node: XmlElement): boolean {
  for (let at = node.parent; at; at = at.parent) if (at.name === 'mc:Fallback') return true;
  return false;
}

/** A candidate's name as a title may be linked to a portfolio: it is no label and never goes with its link. */
function isHeading(paragraph: XmlElement): boolean {
  const properties = childNamed(paragraph, 'w:pPr');
  const style = properties && childNamed(properties, 'w:pStyle');
  return /^(title|heading)/i.test((style && attributeOf(style, 'w:val')) ?? '');
}
