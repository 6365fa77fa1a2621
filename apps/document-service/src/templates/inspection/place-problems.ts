import type { TemplateProblem } from '../../rendering/template-invalid-error.js';
import { textOf, type XmlElement } from '../../rendering/xml-tree.js';
import { localName, walk, type XmlPart } from './xml-part.js';

const SHOWN_CHARACTERS = 60;
const PART_NAMES: readonly (readonly [RegExp, string])[] = [
  [/document\d*\.xml$/, 'body'],
  [/header\d*\.xml$/, 'header'],
  [/footer\d*\.xml$/, 'footer'],
  [/footnotes\.xml$/, 'footnotes'],
  [/endnotes\.xml$/, 'endnotes'],
  [/comments\.xml$/, 'comments'],
];

/** Adds to each problem that names a tag where this stands: `body, paragraph 12: "Dear {{recipient.name …"`. */
export function placeProblems(
  problems: readonly TemplateProblem[],
  parts: readonly XmlPart[],
): TemplateProblem[] {
  return problems.map((problem) => {
    const part = parts.find(({ path }) => path === problem.file);
    const place = part && problem.tag && findPlace(part, problem.tag);
    return place ? { ...problem, place } : problem;
  });
}

function findPlace({ path, root }: XmlPart, tag: string): string | undefined {
  const paragraphs = paragraphTexts(root);
  const wanted = squeeze(tag);
  const index = paragraphs.findIndex((text) => squeeze(text).includes(wanted));
  const text = paragraphs[index];
  if (text === undefined) return undefined;
  const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  const name = PART_NAMES.find(([pattern]) => pattern.test(path))?.[1] ?? path;
  return `${name}, paragraph ${index + 1}: "${shown}"`;
}

/** Paragraphs in the order of their beginnings; one inside a text box counts for itself and for the one around it. */
function paragraphTexts(root: XmlElement): string[] {
  const paragraphs: XmlElement[] = [];
  walk(root, (element) => {
    if (localName(element) === 'p') paragraphs.push(element);
  });
  return paragraphs.map((paragraph) => {
    let text = '';
    walk(paragraph, (element) => {
      if (localName(element) === 't') text += textOf(element);
    });
    return text;
  });
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, '');
}
