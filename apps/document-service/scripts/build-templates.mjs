/**
 * Writes the built-in templates: `node scripts/build-templates.mjs [folder]`.
 *
 * Made for applicant-tracking systems as much as for people: one column, real heading styles with the names such
 * systems look for, contact details in the body (headers are often skipped), no tables or text boxes, a tab stop
 * for dates, one standard font.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  AlignmentType,
  BorderStyle,
  convertInchesToTwip,
  Document,
  LevelFormat,
  Packer,
  Paragraph,
  Tab,
  TabStopType,
  TextRun,
} from 'docx';

const FONT = 'Calibri';
const INK = '1F2933';
const ACCENT = '1F4E79';
const MUTED = '52606D';
const MARGIN = convertInchesToTwip(0.9);
/** Letter paper less both margins: where dates end. */
const TEXT_WIDTH = convertInchesToTwip(8.5) - 2 * MARGIN;

const styles = {
  default: {
    document: { run: { font: FONT, size: 21, color: INK }, paragraph: { spacing: { line: 264, after: 60 } } },
    title: {
      run: { font: FONT, size: 46, bold: true, color: ACCENT },
      paragraph: { alignment: AlignmentType.CENTER, spacing: { after: 20 } },
    },
    heading1: {
      run: { font: FONT, size: 25, bold: true, color: ACCENT },
      paragraph: {
        keepNext: true,
        spacing: { before: 240, after: 90 },
        border: { bottom: { style: BorderStyle.SINGLE, size: 6, color: 'B8C4CE', space: 2 } },
      },
    },
    heading2: {
      run: { font: FONT, size: 22, bold: true, color: INK },
      paragraph: { keepNext: true, spacing: { before: 130, after: 0 } },
    },
    hyperlink: { run: { color: '0B5CAD', underline: { type: 'single' } } },
  },
  paragraphStyles: [
    {
      id: 'Position',
      name: 'Target Position',
      basedOn: 'Normal',
      run: { size: 25, color: MUTED },
      paragraph: { alignment: AlignmentType.CENTER, spacing: { after: 60 } },
    },
    {
      id: 'Contact',
      name: 'Contact Details',
      basedOn: 'Normal',
      run: { size: 20, color: MUTED },
      paragraph: { alignment: AlignmentType.CENTER, spacing: { after: 20 } },
    },
    {
      id: 'Place',
      name: 'Company or School',
      basedOn: 'Normal',
      run: { italics: true, color: MUTED },
      paragraph: { keepNext: true, spacing: { after: 50 } },
    },
    {
      id: 'Letter',
      name: 'Letter Text',
      basedOn: 'Normal',
      paragraph: { spacing: { line: 276, after: 160 } },
    },
    {
      id: 'Address',
      name: 'Letter Address',
      basedOn: 'Normal',
      paragraph: { spacing: { after: 0 } },
    },
  ],
};

const bullets = {
  reference: 'bullets',
  levels: [
    {
      level: 0,
      format: LevelFormat.BULLET,
      text: '•',
      alignment: AlignmentType.LEFT,
      style: { paragraph: { indent: { left: 300, hanging: 220 }, spacing: { after: 40 } } },
    },
  ],
};

const line = (style, text, options = {}) => new Paragraph({ style, text, ...options });
const heading = (text) => new Paragraph({ style: 'Heading1', text });
/** A tag on a line of its own: the line goes when the template is filled in. */
const only = (tag) => new Paragraph({ text: tag });
const section = (name, content) => [only(`{{#${name}}}`), ...content, only(`{{/${name}}}`)];
const bullet = (text) => new Paragraph({ text, numbering: { reference: 'bullets', level: 0 } });

/** "Title ……… dates": the dates end at the right margin. */
const entry = (text, dates) =>
  new Paragraph({
    style: 'Heading2',
    tabStops: [{ type: TabStopType.RIGHT, position: TEXT_WIDTH }],
    children: [
      new TextRun(text),
      new TextRun({ children: [new Tab(), dates], bold: false, color: MUTED, size: 20 }),
    ],
  });

const contactBlock = [
  line('Title', '{{personal.full_name}}'),
  ...section('target_position', [line('Position', '{{target_position}}')]),
  ...section('contact_line', [line('Contact', '{{contact_line}}')]),
  line(
    'Contact',
    '{{calendly_url | "Schedule a meeting"}} | {{linkedin_url | "LinkedIn"}} | {{portfolio_url | "Portfolio"}}',
  ),
];

const resume = [
  ...contactBlock,
  ...section('professional_summary', [
    heading('Professional Summary'),
    ...section('professional_summary_paragraphs', [line('Normal', '{{.}}')]),
  ]),
  ...section('has_experience', [
    heading('Experience'),
    ...section('experience', [
      entry('{{heading}}', '{{dates}}'),
      ...section('place', [line('Place', '{{place}}')]),
      ...section('paragraphs', [line('Normal', '{{.}}')]),
      ...section('bullets', [bullet('{{.}}')]),
    ]),
  ]),
  ...section('has_education', [
    heading('Education'),
    ...section('education', [
      entry('{{heading}}', '{{dates}}'),
      ...section('place', [line('Place', '{{place}}')]),
      ...section('paragraphs', [line('Normal', '{{.}}')]),
      ...section('bullets', [bullet('{{.}}')]),
    ]),
  ]),
  ...section('has_skills', [
    heading('Skills'),
    ...section('skill_groups', [
      new Paragraph({
        children: [
          new TextRun({ text: '{{#name}}{{name}}: {{/name}}', bold: true }),
          new TextRun('{{list}}'),
        ],
      }),
    ]),
  ]),
];

const letter = [
  ...contactBlock,
  line('Letter', '{{date}}', { spacing: { before: 360, after: 240 } }),
  ...section('recipient_lines', [line('Address', '{{.}}')]),
  ...section('subject', [
    new Paragraph({
      style: 'Letter',
      spacing: { before: 280, after: 0 },
      children: [new TextRun({ text: '{{subject}}', bold: true, color: ACCENT })],
    }),
  ]),
  line('Letter', '{{greeting}}', { spacing: { before: 280 } }),
  ...section('content.opening_paragraph', [line('Letter', '{{content.opening_paragraph}}')]),
  ...section('content.body_paragraphs', [line('Letter', '{{.}}')]),
  ...section('offers_meeting', [line('Letter', 'You can choose a time to talk here: {{calendly_url}}')]),
  ...section('content.closing_paragraph', [line('Letter', '{{content.closing_paragraph}}')]),
  line('Letter', 'Sincerely,', { keepNext: true, spacing: { before: 240, after: 360 } }),
  new Paragraph({ children: [new TextRun({ text: '{{personal.full_name}}', bold: true })] }),
];

const templates = { resume, cover_letter: letter };

/** The files, as bytes by file name. */
async function buildTemplates() {
  const built = {};
  for (const [kind, children] of Object.entries(templates)) {
    const document = new Document({
      creator: '{{personal.full_name}}',
      lastModifiedBy: '{{personal.full_name}}',
      title: '{{document_title}}',
      description: '',
      styles,
      numbering: { config: [bullets] },
      sections: [
        {
          properties: {
            page: {
              size: { width: convertInchesToTwip(8.5), height: convertInchesToTwip(11) },
              margin: {
                top: convertInchesToTwip(0.75),
                bottom: convertInchesToTwip(0.75),
                left: MARGIN,
                right: MARGIN,
              },
            },
          },
          children,
        },
      ],
    });
    built[`${kind}.docx`] = await Packer.toBuffer(document);
  }
  return built;
}

const folder = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'templates');
await mkdir(folder, { recursive: true });
for (const [name, bytes] of Object.entries(await buildTemplates()))
  await writeFile(join(folder, name), bytes);
