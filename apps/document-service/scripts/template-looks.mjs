/** How the built-in templates look: one entry a look, each for a resume and a matching letter. */
import { AlignmentType, BorderStyle, convertInchesToTwip, LevelFormat } from 'docx';

/**
 * @typedef {object} Look
 * @property {string} font One that every word processor has or has a metric twin of.
 * @property {number} size Of running text, half points.
 * @property {string} accent
 * @property {'center' | 'left'} head Where name and contact details stand.
 * @property {{ top: number, side: number }} margin In inches.
 * @property {boolean} oneLineEntries Title, company and dates on one line.
 */
export const LOOKS = {
  classic: {
    font: 'Calibri',
    size: 21,
    accent: '1F4E79',
    head: AlignmentType.CENTER,
    name: { size: 46 },
    heading: { size: 25 },
    rule: { bottom: { style: BorderStyle.SINGLE, size: 6, color: 'B8C4CE', space: 2 } },
    margin: { top: 0.75, side: 0.9 },
    line: 264,
    gaps: { text: 60, heading: 240, entry: 130, bullet: 40 },
    oneLineEntries: false,
  },
  modern: {
    font: 'Arial',
    size: 20,
    accent: '0F766E',
    head: AlignmentType.LEFT,
    name: { size: 52 },
    heading: { size: 21, allCaps: true, characterSpacing: 30 },
    rule: { top: { style: BorderStyle.SINGLE, size: 12, color: '0F766E', space: 6 } },
    margin: { top: 0.7, side: 0.9 },
    line: 264,
    gaps: { text: 60, heading: 260, entry: 130, bullet: 40 },
    oneLineEntries: false,
  },
  compact: {
    font: 'Calibri',
    size: 19,
    accent: '3B3F46',
    head: AlignmentType.CENTER,
    name: { size: 34 },
    heading: { size: 20, allCaps: true, characterSpacing: 16 },
    rule: { bottom: { style: BorderStyle.SINGLE, size: 4, color: '9AA1AB', space: 1 } },
    margin: { top: 0.5, side: 0.65 },
    line: 240,
    gaps: { text: 20, heading: 130, entry: 60, bullet: 0 },
    oneLineEntries: true,
  },
};

const INK = '1F2933';
export const MUTED = '52606D';

/** The styles of a look, for the `docx` library. */
export function stylesOf(look) {
  const { font, size, accent, head, gaps } = look;
  const text = (id, name, run, paragraph) => ({ id, name, basedOn: 'Normal', run, paragraph });
  return {
    default: {
      document: {
        run: { font, size, color: INK },
        paragraph: { spacing: { line: look.line, after: gaps.text } },
      },
      title: {
        run: { font, bold: true, color: accent, ...look.name },
        paragraph: { alignment: head, spacing: { after: gaps.text } },
      },
      heading1: {
        run: { font, bold: true, color: accent, ...look.heading },
        paragraph: { keepNext: true, spacing: { before: gaps.heading, after: 90 }, border: look.rule },
      },
      heading2: {
        run: { font, size: size + 1, bold: true, color: INK },
        paragraph: { keepNext: true, spacing: { before: gaps.entry, after: 0 } },
      },
      hyperlink: { run: { color: '0B5CAD', underline: { type: 'single' } } },
    },
    paragraphStyles: [
      text(
        'Position',
        'Target Position',
        { size: size + 4, color: MUTED },
        { alignment: head, spacing: { after: 60 } },
      ),
      text(
        'Contact',
        'Contact Details',
        { size: size - 1, color: MUTED },
        { alignment: head, spacing: { after: 20 } },
      ),
      text(
        'Place',
        'Company or School',
        { italics: true, color: MUTED },
        { keepNext: true, spacing: { after: 50 } },
      ),
      text('Letter', 'Letter Text', { size: 21 }, { spacing: { line: 276, after: 160 } }),
      text('Address', 'Letter Address', { size: 21 }, { spacing: { after: 0 } }),
    ],
  };
}

export function bulletsOf({ gaps }) {
  return {
    reference: 'bullets',
    levels: [
      {
        level: 0,
        format: LevelFormat.BULLET,
        text: '•',
        alignment: AlignmentType.LEFT,
        style: { paragraph: { indent: { left: 300, hanging: 220 }, spacing: { after: gaps.bullet } } },
      },
    ],
  };
}

/** A page of letter paper; `textWidth` is where dates end. */
export function pageOf({ margin }, isLetter) {
  // A letter keeps a letter's margins in every look.
  const side = convertInchesToTwip(isLetter ? Math.max(margin.side, 0.9) : margin.side);
  const top = convertInchesToTwip(isLetter ? Math.max(margin.top, 0.75) : margin.top);
  const size = { width: convertInchesToTwip(8.5), height: convertInchesToTwip(11) };
  return { size, margin: { top, bottom: top, left: side, right: side }, textWidth: size.width - 2 * side };
}
