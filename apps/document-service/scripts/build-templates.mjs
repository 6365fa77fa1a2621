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
import { Document, Packer, Paragraph, Tab, TabStopType, TextRun } from 'docx';
import { bulletsOf, LOOKS, MUTED, pageOf, stylesOf } from './template-looks.mjs';

const line = (style, text, options = {}) => new Paragraph({ style, text, ...options });
const heading = (text) => new Paragraph({ style: 'Heading1', text });
/** A tag on a line of its own: the line goes when the template is filled in. */
const only = (tag) => new Paragraph({ text: tag });
const section = (name, content) => [only(`{{#${name}}}`), ...content, only(`{{/${name}}}`)];
const bullet = (text) => new Paragraph({ text, numbering: { reference: 'bullets', level: 0 } });

/** "Title ……… dates": the dates end at the right margin. */
function entryHeading(look) {
  const place = new TextRun({ text: '{{place_suffix}}', bold: false, color: MUTED });
  return new Paragraph({
    style: 'Heading2',
    tabStops: [{ type: TabStopType.RIGHT, position: pageOf(look).textWidth }],
    children: [
      new TextRun('{{heading}}'),
      ...(look.oneLineEntries ? [place] : []),
      new TextRun({ children: [new Tab(), '{{dates}}'], bold: false, color: MUTED, size: look.size - 1 }),
    ],
  });
}

const entries = (look) => [
  ...section('has_heading', [entryHeading(look)]),
  ...(look.oneLineEntries ? [] : section('place', [line('Place', '{{place}}')])),
  ...section('paragraphs', [line('Normal', '{{.}}')]),
  ...section('bullets', [bullet('{{.}}')]),
];

const contactBlock = [
  line('Title', '{{personal.full_name}}'),
  ...section('target_position', [line('Position', '{{target_position}}')]),
  ...section('contact_line', [line('Contact', '{{contact_line}}')]),
  line(
    'Contact',
    '{{calendly_url | "Schedule a meeting"}} | {{linkedin_url | "LinkedIn"}} | {{portfolio_url | "Portfolio"}}',
  ),
];

const resume = (look) => [
  ...contactBlock,
  ...section('professional_summary', [
    heading('Professional Summary'),
    ...section('professional_summary_paragraphs', [line('Normal', '{{.}}')]),
  ]),
  ...section('has_experience', [heading('Experience'), ...section('experience', entries(look))]),
  ...section('has_education', [heading('Education'), ...section('education', entries(look))]),
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
  ...section('sections', [heading('{{title}}'), ...section('entries', entries(look))]),
];

const letter = (look) => [
  ...contactBlock,
  line('Letter', '{{date}}', { spacing: { before: 360, after: 240 } }),
  ...section('recipient_lines', [line('Address', '{{.}}')]),
  ...section('subject', [
    new Paragraph({
      style: 'Letter',
      spacing: { before: 280, after: 0 },
      children: [new TextRun({ text: '{{subject}}', bold: true, color: look.accent })],
    }),
  ]),
  line('Letter', '{{greeting}}', { spacing: { before: 280 } }),
  ...section('content.opening_paragraph', [line('Letter', '{{content.opening_paragraph}}')]),
  ...section('content.body_paragraphs', [line('Letter', '{{.}}')]),
  ...section('offers_meeting', [line('Letter', 'You can choose a time to talk here: {{calendly_url}}')]),
  ...section('content.closing_paragraph', [line('Letter', '{{content.closing_paragraph}}')]),
  line('Letter', 'Sincerely,', { keepNext: true, spacing: { before: 240, after: 360 } }),
  new Paragraph({
    style: 'Letter',
    children: [new TextRun({ text: '{{personal.full_name}}', bold: true })],
  }),
];

const templates = { resume, cover_letter: letter };

/** One template's bytes. */
function build(kind, look) {
  const { size, margin } = pageOf(look, kind === 'cover_letter');
  const document = new Document({
    creator: '{{personal.full_name}}',
    lastModifiedBy: '{{personal.full_name}}',
    title: '{{document_title}}',
    description: '',
    styles: stylesOf(look),
    numbering: { config: [bulletsOf(look)] },
    sections: [{ properties: { page: { size, margin } }, children: templates[kind](look) }],
  });
  return Packer.toBuffer(document);
}

const folder = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'templates');
await mkdir(folder, { recursive: true });
for (const kind of Object.keys(templates)) {
  for (const [name, look] of Object.entries(LOOKS)) {
    await writeFile(join(folder, `${kind}-${name}.docx`), await build(kind, look));
  }
}
