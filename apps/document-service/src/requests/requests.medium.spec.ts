import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DocumentSystem } from '../../test/document-system.js';
import { unescapeXml } from '../rendering/xml-tree.js';

let system: DocumentSystem;
beforeAll(async () => {
  system = await DocumentSystem.start();
});
afterAll(() => system.stop());

const make = async (path: '/resume' | '/cover-letter', body: object) => {
  const answer = await system.call('POST', path, body);
  expect(answer.status).toBe(200);
  return { body: answer.body, reader: await system.download(answer.body.download_url) };
};

const RESUME = {
  personal: {
    full_name: 'Jordan Avery',
    email: 'jordan@example.com',
    phone: '(416) 555-0142',
    address: 'Edmonton, AB',
    linkedin: 'linkedin.com/in/jordan-avery',
    website: 'jordanavery.com',
  },
  professional_summary: 'Ten years.',
  experience: [{ company: 'Acme', title: 'Lead', start_date: '2019', end_date: '2024', description: 'Led.' }],
  education: [{ institution: 'U of A', degree: 'BCom', field: 'Marketing', graduation_year: 2014 }],
  skills: { technical: ['SQL'], soft: ['Writing'] },
  target_position: 'Marketing Manager',
};

describe('the reference shape of a resume', () => {
  it('is shown whole, with LinkedIn and website as links', async () => {
    const { reader, body } = await make('/resume', RESUME);
    expect(reader.lines()).toEqual([
      'Jordan Avery',
      'Marketing Manager',
      'Edmonton, AB | (416) 555-0142 | jordan@example.com',
      'LinkedIn | Portfolio',
      'Professional Summary',
      'Ten years.',
      'Experience',
      'Lead\t2019 – 2024',
      'Acme',
      'Led.',
      'Education',
      'BCom, Marketing\t2014',
      'U of A',
      'Skills',
      'Technical: SQL',
      'Professional: Writing',
    ]);
    expect(reader.links().map(({ target }) => target)).toEqual([
      'https://linkedin.com/in/jordan-avery',
      'https://jordanavery.com/',
    ]);
    expect(body.warnings).toEqual([expect.objectContaining({ variable: 'calendly_url' })]);
  });

  it.each([
    ['experience', 'Experience'],
    ['education', 'Education'],
    ['skills', 'Skills'],
    ['professional_summary', 'Professional Summary'],
  ] as const)('without %s has no such heading', async (field, heading) => {
    for (const empty of [undefined, null, field === 'skills' ? { technical: [] } : []]) {
      if (field === 'professional_summary' && Array.isArray(empty)) continue;
      const { reader } = await make('/resume', { ...RESUME, [field]: empty });
      expect(reader.lines()).not.toContain(heading);
      expect(reader.lines()).not.toContain('');
    }
  });

  it('may have parts of its own', async () => {
    const sections = [
      { title: 'Projects', entries: [{ heading: 'Atlas', dates: '2020', description: ['Drew', 'Built'] }] },
      { title: 'Empty', entries: [] },
    ];
    const { reader } = await make('/resume', { ...RESUME, sections });
    expect(reader.lines().slice(-4)).toEqual(['Projects', 'Atlas\t2020', 'Drew', 'Built']);
  });
});

describe('text of every kind', () => {
  const LONG = 'Donaudampfschifffahrtsgesellschaft'.repeat(50);
  it.each([
    ['accents', 'Zoë Ñandú-O’Brien'],
    ['Chinese', '李小龍'],
    ['Devanagari', 'हिन्दी में'],
    ['emoji of several code points', '👩‍💻 🏳️‍🌈 🙂'],
    ['a word longer than a page is wide', LONG],
    ['markup', '<b>&amp; "quotes" \'and\' ]]>'],
    ['combining marks', 'a\u0301\u0323'],
  ])('%s comes through unharmed', async (_, text) => {
    const personal = { full_name: text.slice(0, 290) };
    const content = { opening_paragraph: text, body_paragraphs: [text], closing_paragraph: text };
    const { reader } = await make('/cover-letter', { personal, content });
    expect(
      reader
        .lines()
        .map(unescapeXml)
        .filter((line) => line === text).length,
    ).toBeGreaterThanOrEqual(3);
    const resume = await make('/resume', { personal, experience: [{ title: 'x', highlights: [text] }] });
    expect(resume.reader.lines().map(unescapeXml)).toContain(text);
  });

  it.each(['שרה כהן', 'سارة أحمد'])('%s is laid out from right to left', async (name) => {
    const personal = { full_name: name, phone: '(416) 555-0142', address: name };
    const { reader, body } = await make('/resume', { personal, professional_summary: `${name}.` });
    expect(reader.xml().match(/<w:bidi\/>/g)?.length).toBeGreaterThanOrEqual(3);
    expect(reader.lines()).toEqual(expect.arrayContaining([name, `${name} | \u200E(416) 555-0142`]));
    expect(decodeURIComponent(body.download_url)).toContain(name.replace(' ', '_'));
  });

  it('with control characters, lone surrogates and tags is made harmless', async () => {
    const text = 'a\u0000\u0008b\ud800c {{constructor}} {{{{x}}}}';
    const { reader } = await make('/cover-letter', {
      personal: { full_name: 'Al' },
      content: { opening_paragraph: text },
    });
    expect(reader.partsWithTags()).toEqual([]);
    expect(reader.lines().join()).toContain('ab\ufffdc');
  });
});
