import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { makeDocx, paragraph } from '../../test/docx-fixture.js';
import { DocxReader } from '../../test/docx-reader.js';
import { renderDocument } from '../rendering/render-document.js';
import { escapeXml, unescapeXml } from '../rendering/xml-tree.js';
import { personalSchema } from '../requests/person.js';
import { describeResume, resumeSchema } from '../requests/resume-request.js';
import { sampleData } from '../requests/sample-data.js';
import { TEMPLATE_LIMITS } from './inspection/template-limits.js';
import { TEMPLATE_BUDGET } from './isolation/template-processes.service.js';

const guide = readFileSync('docs/templates.md', 'utf8');
const request = resumeSchema.parse(JSON.parse(/```json\n(.*?)```/s.exec(guide)?.[1] ?? ''));
const data = describeResume(request, personalSchema.parse(request.personal));
const CALENDLY = { url: 'https://t.example/track/lt_c', text: 'calendly.com/jordan-avery/30min' };

/** Rows of the tables headed "In the template": what is written, and what the guide says comes of it. */
const examples = [...guide.matchAll(/^\| `(.*?)` \| `(.*?)` \|$/gm)]
  .map(([, written = '', shown = '']) => [written.replaceAll('\\|', '|'), shown.replaceAll('\\|', '|')])
  .filter(([written]) => written?.includes('{{'));

function show(written: string): string {
  const body = written
    .split(' ¶ ')
    .map((text) => paragraph(escapeXml(text)))
    .join('');
  const { bytes } = renderDocument({ template: makeDocx({ body }), data, links: { calendly_url: CALENDLY } });
  const reader = new DocxReader(bytes);
  const text = reader.lines().map(unescapeXml).join(' ¶ ');
  return reader.links().reduce((shown, link) => shown.replace(link.text, `[${link.text}]`), text);
}

describe('the guide for template authors', () => {
  it('holds examples of every table', () => {
    expect(examples.length).toBeGreaterThanOrEqual(19);
  });

  it.each(examples)('%s becomes %s', (written = '', shown) => {
    expect(show(written)).toBe(shown);
  });

  it.each(['resume', 'cover_letter'] as const)('names every variable of a %s', (kind) => {
    const settings = new Set(['user_id', 'template_id', 'format', 'track', 'link_text']);
    const unnamed = namesIn(sampleData(kind)).filter((name) => !settings.has(name) && !guide.includes(name));
    expect(unnamed).toEqual([]);
  });

  it('names every limit', () => {
    const { fileBytes, inflatedBytes, xmlPartBytes, ...counts } = TEMPLATE_LIMITS;
    const megabytes = [fileBytes, inflatedBytes, xmlPartBytes].map((bytes) => `${bytes / 1e6} MB`);
    const budget = [`${TEMPLATE_BUDGET.timeMs / 1000} seconds`, `${TEMPLATE_BUDGET.megabytes} MB`];
    const numbers = Object.values(counts).map((count) => count.toLocaleString('en-US'));
    for (const limit of [...megabytes, ...budget, ...numbers]) expect(guide).toContain(limit);
  });

  it('names every code a template is refused with', () => {
    const folder = import.meta.dirname;
    const files = ['inspection', 'isolation', '.'].flatMap((name) =>
      readdirSync(join(folder, name)).map((file) => join(folder, name, file)),
    );
    const sources = [...files, join(folder, '../rendering/explain-fault.ts')]
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
      .map((file) => readFileSync(file, 'utf8'));
    const codes = [...sources.join().matchAll(/(?:refuse\(\s*|code: )'([a-z_]+)'/g)].map(([, code]) => code);
    const others = new Set(['invalid_request', 'invalid_content_type', 'no_tags']);
    const unnamed = [...new Set(codes)].filter(
      (code = '') => !others.has(code) && !guide.includes(`\`${code}\``),
    );
    expect(codes.length).toBeGreaterThan(25);
    expect(unnamed).toEqual([]);
  });
});

function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...namesIn(inner)]);
}
