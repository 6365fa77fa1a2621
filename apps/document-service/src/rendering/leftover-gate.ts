import type PizZip from 'pizzip';
import { holdsTag } from './link-targets.js';
import { ParagraphText, setText } from './paragraph-text.js';
import type { Warnings } from './render-warnings.js';
import { TAG_IN_TEXT } from './tag-expression.js';
import {
  attributeOf,
  elementsNamed,
  parseXml,
  serializeXml,
  setAttribute,
  textOf,
  type XmlElement,
} from './xml-tree.js';

/** Field codes and deleted text: no reader's text, but not to be sent to anyone either. */
const UNREAD = ['w:instrText', 'w:delText'];

/**
 * The last look at a document before it leaves: whatever tag a part or relationship still holds, for example in a
 * kind of part that is not filled in, is taken out and reported. A reader never sees `{{…}}`.
 */
export function removeLeftovers(zip: PizZip, tagged: ReadonlySet<string>, warnings: Warnings): void {
  for (const path of tagged) {
    const xml = zip.file(path)?.asText() ?? '';
    const cleaned = path.endsWith('.rels') ? cleanRelationships(xml) : cleanPart(xml);
    if (cleaned === xml) continue;
    zip.file(path, cleaned);
    const message = `${path} held a tag that is not filled in there; it was taken out.`;
    warnings.add({ code: 'leftover_tag', file: path, message });
  }
}

function cleanPart(xml: string): string {
  // A tag may be split over runs, so braces are looked for in the paragraph's text as well as in the XML.
  if (!/\{/.test(xml)) return xml;
  const tree = parseXml(xml);
  let isTouched = false;
  for (const paragraph of elementsNamed(tree, 'w:p').reverse()) {
    const view = new ParagraphText(paragraph);
    const found = [...view.text.matchAll(TAG_IN_TEXT)];
    if (found.length === 0) continue;
    isTouched = true;
    view.delete(found.map((match) => ({ start: match.index, end: match.index + match[0].length })));
  }
  for (const name of UNREAD) isTouched = cleanUnread(elementsNamed(tree, name)) || isTouched;
  return (isTouched ? serializeXml(tree) : xml).replace(/\{\{[^{}<>]*\}\}/g, '');
}

/** Blanks tags in texts that are not the paragraph's, each perhaps split over several; says whether there was one. */
function cleanUnread(nodes: XmlElement[]): boolean {
  const text = nodes.map(textOf).join('');
  const blanked = text.replace(TAG_IN_TEXT, (tag) => ' '.repeat(tag.length));
  if (blanked === text) return false;
  let start = 0;
  for (const node of nodes) {
    const { length } = textOf(node);
    setText(node, blanked.slice(start, start + length));
    start += length;
  }
  return true;
}

function cleanRelationships(xml: string): string {
  if (!holdsTag(xml)) return xml;
  const tree = parseXml(xml);
  for (const element of elementsNamed(tree, 'Relationship')) {
    if (holdsTag(attributeOf(element, 'Target') ?? '')) setAttribute(element, 'Target', 'about:blank');
  }
  return serializeXml(tree);
}
