// Draws the built-in templates for the dashboard: node apps/dashboard/scripts/draw-templates.mjs http://localhost:5000
// Needs a running Footfall that makes PDFs, and pdftoppm (poppler-utils).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [origin = 'http://localhost:5000'] = process.argv.slice(2);
const pictures = join(import.meta.dirname, '../src/pictures/templates');
const personal = {
  full_name: 'Jordan Avery',
  email: 'jordan@example.com',
  phone: '(780) 555-0123',
  address: 'Edmonton, Alberta',
  calendly_url: 'https://calendly.com/jordan-avery/30min',
  linkedin_url: 'https://www.linkedin.com/in/jordan-avery-example',
  portfolio_url: 'https://jordan-avery.example.com',
};
const CONTENT = {
  resume: {
    path: '/resume',
    body: {
      target_position: 'Marketing Manager',
      professional_summary:
        'Marketing lead with twelve years of brand and growth work for consumer companies.',
      experience: [
        {
          title: 'Brand Lead',
          company: 'Harbour & Pine',
          start_date: '2021-03',
          description:
            'Doubled organic reach in two years.\nBuilt a team of six.\nMoved all reporting to one page.',
        },
        {
          title: 'Content Strategist',
          company: 'Quill Foods',
          start_date: '2016-05',
          end_date: '2021-02',
          description: 'Planned and ran forty campaigns.\nCut the cost of a lead by a third.',
        },
      ],
      education: [
        { institution: 'University of Alberta', degree: 'BCom', field: 'Marketing', graduation_year: '2014' },
      ],
      skills: { technical: ['Analytics', 'SQL', 'Figma'], soft: ['Writing', 'Coaching'] },
    },
  },
  cover_letter: {
    path: '/cover-letter',
    body: {
      recipient: { name: 'Morgan Ellis', title: 'Head of Marketing', company: 'Tech Corp' },
      position: { title: 'Marketing Manager' },
      content: {
        opening_paragraph: 'I would like to lead marketing at Tech Corp.',
        body_paragraphs: [
          'At Harbour & Pine I doubled organic reach in two years with a team of six, and moved all reporting to one page that everybody reads.',
          'Before that I ran forty campaigns at Quill Foods and learned to say less.',
        ],
        closing_paragraph: 'I would be glad to talk.',
      },
    },
  },
};

const scratch = mkdtempSync(join(tmpdir(), 'footfall-pictures-'));
for (const [kind, { path, body }] of Object.entries(CONTENT)) {
  for (const look of ['classic', 'modern', 'compact']) {
    const { download_url } = await ask(path, {
      ...body,
      personal,
      template_id: look,
      format: 'pdf',
      track: false,
    });
    const pdf = join(scratch, 'document.pdf');
    writeFileSync(pdf, Buffer.from(await (await fetch(origin + download_url)).arrayBuffer()));
    const size = ['-scale-to-x', '400', '-scale-to-y', '-1'];
    execFileSync('pdftoppm', [...size, '-png', '-singlefile', pdf, join(pictures, `${kind}-${look}`)]);
  }
}
rmSync(scratch, { recursive: true, force: true });

async function ask(path, body) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(origin + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}
