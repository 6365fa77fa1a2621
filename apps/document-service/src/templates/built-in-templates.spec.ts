import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import PizZip from 'pizzip';
import { DocxReader } from '../../test/docx-reader.js';
import { type RenderRequest, renderDocument } from '../rendering/render-document.js';
import { coverLetterSchema, describeCoverLetter } from '../requests/cover-letter-request.js';
import { personalSchema } from '../requests/person.js';
import { describeResume, resumeSchema } from '../requests/resume-request.js';

const app = join(import.meta.dirname, '..', '..');
const bytesOf = (kind: string, look = 'classic') => readFile(join(app, 'templates', `${kind}-${look}.docx`));
const PERSONAL = { full_name: 'Jordan Avery', email: 'jordan@example.com', phone: '(416) 555-0142' };
const LINKS = {
  calendly_url: { url: 'https://t.example/track/lt_c', text: 'calendly.com/jordan' },
  linkedin_url: { url: 'https://t.example/track/lt_l', text: 'linkedin.com/in/jordan' },
  portfolio_url: { url: 'https://t.example/track/lt_p', text: 'jordanavery.com' },
};

async function resume(body: object, links: RenderRequest['links'] = LINKS, look = 'classic') {
  const request = resumeSchema.parse({ personal: PERSONAL, ...body });
  const data = describeResume(request, personalSchema.parse(request.personal ?? {}));
  const rendered = renderDocument({ template: await bytesOf('resume', look), data, links });
  return { ...rendered, reader: new DocxReader(rendered.bytes) };
}

async function coverLetter(body: object, links: RenderRequest['links'] = LINKS, look = 'classic') {
  const request = coverLetterSchema.parse({ personal: PERSONAL, ...body });
  const data = describeCoverLetter(
    request,
    personalSchema.parse(request.personal ?? {}),
    new Date('2025-10-09T12:00:00Z'),
  );
  const rendered = renderDocument({ template: await bytesOf('cover_letter', look), data, links });
  return { ...rendered, reader: new DocxReader(rendered.bytes) };
}

describe('the resume', () => {
  const CAREER = {
    target_position: 'Marketing Manager',
    professional_summary: 'Ten years.\nTwo lines.',
    experience: [
      {
        company: 'Acme',
        title: 'Lead',
        start_date: '2019',
        description: '- Did a\n- Did b',
        location: 'Calgary',
      },
      { company: 'Beta', start_date: '2014', end_date: '2019', description: 'One sentence.' },
    ],
    education: [{ institution: 'U of A', degree: 'BCom', field: 'Marketing', graduation_year: 2014 }],
    skills: { technical: ['SQL', 'Figma'], soft: ['Writing'] },
  };
  const HEAD = [
    'Jordan Avery',
    'Marketing Manager',
    '(416) 555-0142 | jordan@example.com',
    'Schedule a meeting | LinkedIn | Portfolio',
    'Professional Summary',
    'Ten years.',
    'Two lines.',
    'Experience',
  ];
  const BETA = ['Did a', 'Did b', 'Beta\t2014 – 2019', 'One sentence.', 'Education'];
  const SKILLS = ['Skills', 'Technical: SQL, Figma', 'Professional: Writing'];
  const ROOMY = [
    ...HEAD,
    'Lead\t2019 – Present',
    'Acme, Calgary',
    ...BETA,
    'BCom, Marketing\t2014',
    'U of A',
    ...SKILLS,
  ];
  const COMPACT = [
    ...HEAD,
    'Lead, Acme, Calgary\t2019 – Present',
    ...BETA,
    'BCom, Marketing, U of A\t2014',
    ...SKILLS,
  ];

  it.each([
    ['classic', ROOMY],
    ['modern', ROOMY],
    ['compact', COMPACT],
  ])('in %s shows every part in reading order under real headings', async (look, lines) => {
    const { reader, warnings } = await resume(CAREER, LINKS, look);
    expect(reader.lines()).toEqual(lines);
    expect(reader.xml().match(/w:pStyle w:val="Heading1"/g)).toHaveLength(4);
    expect(reader.xml()).not.toMatch(/<w:(tbl|txbxContent|drawing|pict|cols w:num)\b/);
    expect(reader.links()).toHaveLength(3);
    expect(reader.partsWithTags()).toEqual([]);
    expect(warnings).toEqual([]);
    expect(reader.xml('docProps/core.xml')).toContain('<dc:creator>Jordan Avery</dc:creator>');
  });

  it('leaves no heading or separator for what is missing', async () => {
    const { reader, warnings } = await resume(
      { personal: { full_name: 'Jordan Avery' } },
      { linkedin_url: LINKS.linkedin_url },
    );
    expect(reader.lines()).toEqual(['Jordan Avery', 'LinkedIn']);
    expect((await resume({ experience: [], skills: { technical: [] } }, {})).reader.lines()).toHaveLength(2);
    expect(warnings).toEqual([]);
  });

  it('takes skills and descriptions in the other shapes people send', async () => {
    const { reader } = await resume(
      { skills: ['SQL', 'Go'], experience: [{ title: 'Dev', highlights: ['A', 'B'] }] },
      {},
    );
    expect(reader.lines()).toEqual(expect.arrayContaining(['SQL, Go', 'A', 'B']));
  });
});

describe('the cover letter', () => {
  it.each(['classic', 'modern', 'compact'])('in %s reads as a letter', async (look) => {
    const { reader, warnings } = await coverLetter(
      {
        recipient: { name: 'Morgan Ellis', title: 'CMO', company: 'Tech Corp' },
        position: { title: 'Editor', reference: 'R1' },
        content: {
          opening_paragraph: 'Open.',
          body_paragraphs: ['Body 1.', 'Body 2.'],
          closing_paragraph: 'Close.',
        },
      },
      LINKS,
      look,
    );
    expect(reader.lines()).toEqual([
      'Jordan Avery',
      '(416) 555-0142 | jordan@example.com',
      'Schedule a meeting | LinkedIn | Portfolio',
      'October 9, 2025',
      'Morgan Ellis',
      'CMO',
      'Tech Corp',
      'Re: Editor (R1)',
      'Dear Morgan Ellis,',
      'Open.',
      'Body 1.',
      'Body 2.',
      'You can choose a time to talk here: calendly.com/jordan',
      'Close.',
      'Sincerely,',
      'Jordan Avery',
    ]);
    expect(warnings).toEqual([]);
    expect(reader.partsWithTags()).toEqual([]);
  });

  it('does not repeat an offer to meet, and leaves out what is missing', async () => {
    const content = { body_paragraphs: ['Book here: {{calendly_url}}'] };
    expect((await coverLetter({ content })).reader.lines().join()).not.toContain('You can choose');
    expect((await coverLetter({}, {})).reader.lines()).toEqual([
      'Jordan Avery',
      '(416) 555-0142 | jordan@example.com',
      'October 9, 2025',
      'Dear Hiring Manager,',
      'Sincerely,',
      'Jordan Avery',
    ]);
  });
});

it('are what their script makes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'templates-'));
  await promisify(execFile)(process.execPath, [join(app, 'scripts', 'build-templates.mjs'), folder]);
  const made = await readdir(folder);
  expect(made.sort()).toEqual((await readdir(join(app, 'templates'))).sort());
  for (const name of made) {
    expect(partsOf(await readFile(join(folder, name)))).toEqual(
      partsOf(await readFile(join(app, 'templates', name))),
    );
  }
  await rm(folder, { recursive: true });
});

/** Every part's text, without the moment it was made. */
function partsOf(bytes: Uint8Array): Record<string, string> {
  const zip = new PizZip(bytes);
  return Object.fromEntries(
    Object.keys(zip.files)
      .filter((path) => !zip.files[path]?.dir)
      .map((path) => [
        path,
        zip
          .file(path)
          ?.asText()
          .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME') ?? '',
      ]),
  );
}
