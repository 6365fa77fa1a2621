import type PizZip from 'pizzip';
import {
  childNamed,
  createElement,
  elementsNamed,
  parseXml,
  serializeXml,
  textOf,
  type XmlElement,
} from './xml-tree.js';

/** Letters of scripts written from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko and their later blocks. */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;
/** Whether a text holds letters of such a script. */
export function isRightToLeft(text: string): boolean {
  return RIGHT_TO_LEFT.test(text);
}

/** What decides a text's direction (Unicode bidirectional algorithm, P2): digits and punctuation do not. */
const FIRST_LETTER = /\p{L}/u;

/** What follows `w:bidi` and `w:rtl` in the schema's order. */
const AFTER_BIDI = new Set(
  'adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange'
    .split(' ')
    .map((name) => `w:${name}`),
);
const AFTER_RTL = new Set(
  'cs em lang eastAsianLayout specVanish oMath rPrChange'.split(' ').map((name) => `w:${name}`),
);

/**
 * Word does not guess a direction: text in Arabic or Hebrew that data brought into a template made for English must
 * be marked, its paragraph as `w:bidi` when it begins with such a letter, its runs as `w:rtl`. What the author has
 * said about direction stays.
 */
export function markRightToLeft(zip: PizZip, tagged: ReadonlySet<string>): void {
  for (const path of tagged) {
    if (!/^word\/[^/]+\.xml$/.test(path)) continue;
    const xml = zip.file(path)?.asText() ?? '';
    if (!RIGHT_TO_LEFT.test(xml)) continue;
    const tree = parseXml(xml);
    for (const paragraph of elementsNamed(tree, 'w:p')) markParagraph(paragraph);
    zip.file(path, serializeXml(tree));
  }
}

function markParagraph(paragraph: XmlElement): void {
  const text = elementsNamed(paragraph, 'w:t').map(textOf).join('');
  if (!RIGHT_TO_LEFT.test(text)) return;
  const first = FIRST_LETTER.exec(text)?.[0] ?? '';
  if (RIGHT_TO_LEFT.test(first)) {
    insertProperty(paragraph, { properties: 'w:pPr', name: 'w:bidi', before: AFTER_BIDI });
  }
  for (const run of elementsNamed(paragraph, 'w:r')) {
    const own = run.children.map((child) =>
      child.kind === 'element' && child.name === 'w:t' ? textOf(child) : '',
    );
    if (!RIGHT_TO_LEFT.test(own.join(''))) continue;
    insertProperty(run, { properties: 'w:rPr', name: 'w:rtl', before: AFTER_RTL });
  }
}

function insertProperty(
  element: XmlElement,
  { properties: listName, name, before }: { properties: string; name: string; before: ReadonlySet<string> },
): void {
  const properties = childNamed(element, listName) ?? createElement(listName);
  if (!properties.parent) {
    properties.parent = element;
    element.children.unshift(properties);
  }
  if (childNamed(properties, name)) return;
  const property = createElement(name);
  property.parent = properties;
  const next = properties.children.findIndex((child) => child.kind === 'element' && before.has(child.name));
  properties.children.splice(next < 0 ? properties.children.length : next, 0, property);
}
