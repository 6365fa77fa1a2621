import type { TextRange } from './missing-links.js';
import { escapeXml, replaceNode, setAttribute, textOf, type XmlElement } from './xml-tree.js';

interface Piece extends TextRange {
  node: XmlElement;
}

/** Parts of a paragraph whose text is not the paragraph's: properties, drawings (text boxes hold own paragraphs). */
const FOREIGN = new Set([
  'w:pPr',
  'w:rPr',
  'w:del',
  'w:moveFrom',
  'w:drawing',
  'w:pict',
  'w:object',
  'mc:AlternateContent',
  'w:txbxContent',
  'w:p',
]);
const BREAKS: Record<string, string> = { 'w:br': '\n', 'w:cr': '\n', 'w:tab': '\t' };

/** The text of one paragraph and where each piece of it lives, across runs, links and tracked insertions. */
export class ParagraphText {
  readonly text: string;
  private readonly pieces: Piece[] = [];

  constructor(paragraph: XmlElement) {
    let text = '';
    const visit = (element: XmlElement) => {
      for (const node of element.children) {
        if (node.kind === 'text' || FOREIGN.has(node.name)) continue;
        const own = node.name === 'w:t' ? textOf(node) : BREAKS[node.name];
        if (own === undefined) {
          visit(node);
        } else {
          this.pieces.push({ node, start: text.length, end: text.length + own.length });
          text += own;
        }
      }
    };
    visit(paragraph);
    this.text = text;
  }

  /** The stretch of text that lies inside an element, undefined when none does. */
  rangeOf(element: XmlElement): TextRange | undefined {
    const inside = this.pieces.filter(({ node }) => isWithin(node, element));
    const [first] = inside;
    const last = inside.at(-1);
    return first && last && { start: first.start, end: last.end };
  }

  /** Puts a text of the same length in place of this one; breaks and tabs stay what they are. */
  overwrite(text: string): void {
    for (const { node, start, end } of this.pieces) {
      const piece = text.slice(start, end);
      if (node.name === 'w:t' && piece !== this.text.slice(start, end)) setText(node, piece);
    }
  }

  /** Deletes stretches; the offsets of this object do not follow. Runs and links left with nothing in them go too. */
  delete(ranges: TextRange[]): void {
    for (const { node, start, end } of this.pieces) {
      const cuts = ranges.filter((range) => range.start < end && range.end > start);
      if (cuts.length === 0) continue;
      if (node.name !== 'w:t') {
        removeWithEmptyParents(node);
        continue;
      }
      const kept = keepOutside(this.text, { start, end }, cuts);
      if (kept === '') removeWithEmptyParents(node);
      else setText(node, kept);
    }
  }
}

/** Sets a `w:t`'s text; its spaces count. */
export function setText(node: XmlElement, text: string): void {
  setAttribute(node, 'xml:space', 'preserve');
  node.children = [{ kind: 'text', value: escapeXml(text), parent: node }];
}

/** What of a stretch lies outside the cuts; linear, for data may hold thousands of tags. */
function keepOutside(text: string, { start, end }: TextRange, cuts: TextRange[]): string {
  let kept = '';
  let cursor = start;
  for (const cut of cuts.sort((a, b) => a.start - b.start)) {
    if (cut.start > cursor) kept += text.slice(cursor, cut.start);
    cursor = Math.max(cursor, cut.end);
  }
  return cursor < end ? kept + text.slice(cursor, end) : kept;
}

const SHELLS = new Set(['w:r', 'w:hyperlink', 'w:ins', 'w:moveTo', 'w:smartTag']);

function removeWithEmptyParents(node: XmlElement): void {
  const { parent } = node;
  replaceNode(node);
  if (!parent || !SHELLS.has(parent.name)) return;
  const hasContent = parent.children.some((child) => child.kind === 'element' && child.name !== 'w:rPr');
  if (!hasContent) removeWithEmptyParents(parent);
}

function isWithin(node: XmlElement, ancestor: XmlElement): boolean {
  for (let at: XmlElement | undefined = node; at; at = at.parent) if (at === ancestor) return true;
  return false;
}
