import { childNamed, elementsNamed, replaceNode, type XmlElement } from './xml-tree.js';

/** What may be left of a paragraph that can go: its properties, spelling marks, bookmarks it holds whole. */
const NOTHING = new Set(['w:pPr', 'w:proofErr', 'w:bookmarkStart', 'w:bookmarkEnd']);

/**
 * Removes a paragraph that has lost all its text, and says whether it did. It stays, empty, where Word needs one:
 * as the only paragraph of a table cell, header, footer, note or text box, after a table at the end of a cell, or
 * when it carries a section's properties.
 */
export function removeEmptied(paragraph: XmlElement): boolean {
  if (!isEmptied(paragraph) || !canGo(paragraph)) return false;
  replaceNode(paragraph);
  return true;
}

function isEmptied(paragraph: XmlElement): boolean {
  const starts = elementsNamed(paragraph, 'w:bookmarkStart').length;
  const ends = elementsNamed(paragraph, 'w:bookmarkEnd').length;
  if (starts !== ends) return false;
  return paragraph.children.every(
    (child) => child.kind === 'text' || NOTHING.has(child.name) || isBlankRun(child),
  );
}

function isBlankRun(element: XmlElement): boolean {
  if (element.name !== 'w:r') return false;
  return element.children.every(
    (child) =>
      child.kind === 'text' ||
      child.name === 'w:rPr' ||
      (child.name === 'w:t' && child.children.length === 0),
  );
}

function canGo(paragraph: XmlElement): boolean {
  const properties = childNamed(paragraph, 'w:pPr');
  if (properties && childNamed(properties, 'w:sectPr')) return false;
  const blocks = paragraph.parent?.children.filter((child) => child.kind === 'element') ?? [];
  const paragraphs = blocks.filter((block) => block.name === 'w:p');
  if (paragraphs.length < 2) return false;
  const index = blocks.indexOf(paragraph);
  const isLast = blocks.slice(index + 1).every((block) => block.name !== 'w:p' && block.name !== 'w:tbl');
  return !(isLast && blocks[index - 1]?.name === 'w:tbl');
}
