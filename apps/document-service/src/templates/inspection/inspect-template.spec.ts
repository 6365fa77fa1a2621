import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import PizZip from 'pizzip';
import { type DocxParts, makeDocx, paragraph } from '../../../test/docx-fixture.js';
import { sampleData } from '../../requests/sample-data.js';
import { doTemplateJob } from '../isolation/template-job.js';
import { type Inspection, inspectTemplate } from './inspect-template.js';
import { TemplateRefusedError } from './template-refused-error.js';

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const WORD_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
const FIXTURES = readdirSync('apps/document-service/test/fixtures').filter((name) => name.endsWith('.docx'));
const LOOKS = readdirSync('apps/document-service/templates');
const BODY = paragraph('Dear {{recipient.name}}');
const PLAIN = makeDocx({ body: BODY });

const inspect = (file: Buffer, olderTags = false): Promise<Inspection> =>
  inspectTemplate(file, { sample: sampleData(null), olderTags });

/** What is wrong with a file: `415 macros`. */
async function verdict(file: Buffer): Promise<string> {
  try {
    await inspect(file);
    return 'taken';
  } catch (error) {
    if (!(error instanceof TemplateRefusedError)) throw error;
    const status = { unsupported_media: 415, too_large: 413, unprocessable: 422 }[error.kind];
    return `${status} ${error.code}`;
  }
}

/** A sound document with parts added or replaced; a function rewrites the part that is there. */
function changed(
  parts: Record<string, string | ((xml: string) => string)>,
  from: DocxParts = { body: BODY },
): Buffer {
  const zip = new PizZip(makeDocx(from));
  for (const [path, change] of Object.entries(parts)) {
    zip.file(path, typeof change === 'string' ? change : change(zip.file(path)?.asText() ?? ''));
  }
  return zip.generate({ type: 'nodebuffer', compression: 'DEFLATE' });
}

const related = (type: string, target: string, mode = ' TargetMode="External"') =>
  changed({
    'word/_rels/document.xml.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"${mode}/></Relationships>`,
  });

const simpleField = (code: string) => makeDocx({ body: `<w:p><w:fldSimple w:instr="${code}"/></w:p>` });
const mark = (type: string) => `<w:r><w:fldChar w:fldCharType="${type}"/></w:r>`;
const complexField = (...pieces: string[]) =>
  makeDocx({
    body: `<w:p>${mark('begin')}${pieces.map((piece) => `<w:r><w:instrText>${piece}</w:instrText></w:r>`).join('')}${mark('separate')}${mark('end')}</w:p>`,
  });

const deep = (levels: number) =>
  changed({
    'noise.bin': randomBytes(50_000).toString('hex'),
    'word/a.xml': `${'<a>'.repeat(levels)}${'</a>'.repeat(levels)}`,
  });

const typed = (type: string) => changed({ '[Content_Types].xml': (xml) => xml.replace(WORD_TYPE, type) });

describe('a template that must not be taken in', () => {
  const office = 'application/vnd.openxmlformats-officedocument';
  it.each([
    ['415 not_docx', 'a text file', Buffer.from('Dear {{name}}')],
    ['415 not_docx', 'some other zip', new PizZip().file('a.txt', 'x').generate({ type: 'nodebuffer' })],
    ['415 not_docx', 'a renamed .xlsx', typed(`${office}.spreadsheetml.sheet.main+xml`)],
    ['415 not_docx', 'a renamed .pptx', typed(`${office}.presentationml.presentation.main+xml`)],
    ['415 not_docx', 'a .dotx', typed(`${office}.wordprocessingml.template.main+xml`)],
    ['415 not_docx', 'a package without main part', changed({ '_rels/.rels': '<Relationships/>' })],
    ['415 legacy_or_encrypted', 'a .doc', Buffer.from(`d0cf11e0a1b11ae1${'0'.repeat(2000)}`, 'hex')],
    ['415 macros', 'a .docm', typed('application/vnd.ms-word.document.macroEnabled.main+xml')],
    ['415 macros', 'macros in a .docx', changed({ 'word/vbaProject.bin': 'x' })],
    ['422 dtd', 'a DTD', changed({ 'word/settings.xml': `<!DOCTYPE x SYSTEM "http://a.example/x"><x/>` })],
    ['422 dtd', 'a DTD in a part of another name', changed({ 'word/x.bin': '\n<!DOCTYPE x><x/>' })],
    ['422 dtd', 'an entity', changed({ 'docProps/core.xml': '<!ENTITY x "y"><x/>' })],
    ['422 external_relationship', 'a linked picture', related('image', 'http://a.example/x.png')],
    ['422 external_relationship', 'an address without mode', related('image', 'http://a.example/x.png', '')],
    ['422 external_relationship', 'an address of a share', related('oleObject', '\\\\server\\x', '')],
    ['422 external_relationship', 'an attached template', related('attachedTemplate', 'file:///C:/x.dotm')],
    ['422 external_relationship', 'a foreign document inside', related('aFChunk', 'chunk.html', '')],
    [
      '422 external_relationship',
      'a picture by way of a hyperlink',
      makeDocx({
        body: '<w:p><w:r><w:drawing><a:blip r:link="rId5"/></w:drawing></w:r></w:p>',
        targets: { rId5: 'http://a.example/x.png' },
      }),
    ],
    [
      '422 external_relationship',
      'a prefixed relationship',
      changed({
        'word/_rels/document.xml.rels':
          '<r:Relationships xmlns:r="x"><r:Relationship Id="a" Type="t/image" Target="http://a.example" TargetMode="External"/></r:Relationships>',
      }),
    ],
    [
      '422 external_relationship',
      'a picture by VML',
      makeDocx({
        body: '<w:p><w:r><w:pict><v:shape><v:imagedata src="http://a.example/x"/></v:shape></w:pict></w:r></w:p>',
      }),
    ],
    [
      '422 external_relationship',
      'a picture inside an SVG',
      changed({ 'word/media/a.svg': '<svg><image href="http://a.example/x"/></svg>' }),
    ],
    ['422 unsafe_entry', 'an entry outside', changed({ '../../x': 'x' })],
    ['422 forbidden_field', 'INCLUDETEXT', simpleField('INCLUDETEXT &quot;/etc/passwd&quot;')],
    ['422 forbidden_field', 'INCLUDEPICTURE', complexField(' INCLUDEPICTURE "http://a.example/x.png" \\d')],
    ['422 forbidden_field', 'a field split over runs', complexField(' INC', 'LUDE', 'TEXT "x"')],
    ['422 forbidden_field', 'a field in small letters', complexField('includetext "x"')],
    ['422 forbidden_field', 'INCLUDE', complexField('INCLUDE x')],
    ['422 forbidden_field', 'DDE', complexField('DDE c')],
    ['422 forbidden_field', 'DDEAUTO', complexField('DDEAUTO "c:\\\\cmd.exe"')],
    ['422 forbidden_field', 'LINK', complexField('LINK Excel.Sheet "x"')],
    ['422 forbidden_field', 'IMPORT', complexField('IMPORT x')],
    ['422 forbidden_field', 'DATABASE', complexField('DATABASE \\c "x"')],
    ['422 forbidden_field', 'a field that the data names', complexField('{{field}} "x"')],
    ['422 forbidden_field', 'a field that the data completes', complexField('INCLUDE{{field}} "x"')],
    [
      '422 forbidden_field',
      'another prefix',
      changed({ 'word/header1.xml': `<x:hdr xmlns:x="main"><x:instrText>LINK a</x:instrText></x:hdr>` }),
    ],
    [
      '422 forbidden_field',
      'a mail merge',
      changed({ 'word/settings.xml': `<w:settings ${W}><w:mailMerge/></w:settings>` }),
    ],
    [
      '422 unsupported_encoding',
      'UTF-16',
      changed({ 'word/a.xml': '<?xml version="1.0" encoding="UTF-16"?><a/>' }),
    ],
    ['422 unsupported_encoding', 'UTF-16 unsaid', changed({ 'word/a.xml': '<\0a\0/\0>\0' })],
    ['422 malformed_xml', 'broken XML', changed({ 'word/document.xml': (xml) => xml.replace('</w:p>', '') })],
    ['422 xml_too_deep', 'elements without end', deep(200_000)],
    ['422 unclosed_tag', 'a tag without end', makeDocx({ body: paragraph('Dear {{name') })],
  ])('%s: %s', async (expected, _, file) => {
    expect(await verdict(file)).toBe(expected);
  });

  it('is told every field and every reference that is wrong with it, and where', async () => {
    const field = '<w:fldSimple w:instr="LINK a"/>';
    const file = changed({}, { body: `<w:p>${field}${field}</w:p>`, header: `<w:p>${field}</w:p>` });
    await expect(inspect(file)).rejects.toMatchObject({
      problems: [
        { code: 'forbidden_field', file: 'word/document.xml' },
        { code: 'forbidden_field', file: 'word/document.xml' },
        { code: 'forbidden_field', file: 'word/header1.xml' },
      ],
    });
  });
});

describe('a template may', () => {
  it.each([
    ...FIXTURES.map((name) => join('apps/document-service/test/fixtures', name)),
    ...LOOKS.map((name) => join('apps/document-service/templates', name)),
  ])('be %s', async (path) => {
    const { tags } = await inspect(await readFile(path));
    expect(tags.length).toBeGreaterThan(3);
  });

  it.each([
    ['lead to web pages', related('hyperlink', 'https://a.example/')],
    ['hold fields that read nothing from elsewhere', complexField(' PAGE \\* MERGEFORMAT ')],
    ['hold a hyperlink field', complexField('HYPERLINK "{{calendly_url}}"')],
    ['speak of <!DOCTYPE in its text', makeDocx({ body: paragraph('&lt;!DOCTYPE html>') })],
  ])('%s', async (_, file) => {
    expect(await verdict(file)).toBe('taken');
  });

  it('nest elements 250 deep and no deeper', async () => {
    expect(await verdict(deep(250))).toBe('taken');
    expect(await verdict(deep(251))).toBe('422 xml_too_deep');
  });

  const nested = (depth: number) => {
    const names = ['experience', 'education', 'skill_groups', 'personal'].slice(0, depth);
    const open = names.map((name) => paragraph(`{{#${name}}}`));
    const close = names.toReversed().map((name) => paragraph(`{{/${name}}}`));
    return makeDocx({ body: [...open, paragraph('{{title}}'), ...close].join('') });
  };

  it('nest sections three deep and no deeper', async () => {
    expect(await verdict(nested(3))).toBe('taken');
    expect(await verdict(nested(4))).toBe('422 section_too_deep');
  });

  it('hold 2000 tags and no more', async () => {
    const tags = (count: number) => makeDocx({ body: paragraph('{{phone}}'.repeat(count)) });
    expect(await verdict(tags(2_000))).toBe('taken');
    expect(await verdict(tags(2_001))).toBe('422 too_many_tags');
  });

  it('repeat a section beside itself, not within, however its tags are split or written', async () => {
    const section = (inside: string) => `{{#experience}}${inside}{{/experience}}`;
    expect(await verdict(makeDocx({ body: paragraph(section('') + section('')) }))).toBe('taken');
    const within = '422 section_in_itself';
    expect(await verdict(makeDocx({ body: paragraph(section(section(''))) }))).toBe(within);
    const older = section(section('')).replaceAll('{{', '&lt;&lt;').replaceAll('}}', '>>');
    expect(await verdict(makeDocx({ body: paragraph(older) }))).toBe(within);
    const split =
      paragraph('{{#experience}}') +
      paragraph('{{#exp').replace('</w:p>', '') +
      '<w:r><w:t>erience}}</w:t></w:r></w:p>';
    expect(await verdict(makeDocx({ body: split + paragraph('{{/experience}}{{/experience}}') }))).toBe(
      within,
    );
  });
});

describe('what an inspection finds', () => {
  it('is every tag with its kind, also in targets and headers, and which are unknown', async () => {
    const file = makeDocx({
      body: paragraph(
        '{{#experience}}{{title}}{{/experience}} {{nickname|Al}} {{motto}} {{linkedin_url|"LinkedIn"}}',
      ),
      header: paragraph('{{personal.calendly_url}}'),
      targets: { rId7: '%7B%7Bportfolio_url%7D%7D' },
    });
    const { tags, unknownTags } = await inspect(file);
    expect(tags.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      'link linkedin_url',
      'link personal.calendly_url',
      'link portfolio_url',
      'section experience',
      'value motto',
      'value nickname',
      'value title',
    ]);
    expect(unknownTags).toEqual(['motto']);
  });

  it('warns of links whose address a word processor has dropped', async () => {
    const { warnings } = await inspect(
      makeDocx({ body: BODY, targets: { rId7: '', rId8: 'https://a.example' } }),
    );
    expect(warnings).toEqual([expect.objectContaining({ code: 'link_without_address' })]);
    expect(warnings[0]?.message).toContain("1 of the template's links");
  });

  it('warns of a template without tags', async () => {
    const { warnings } = await inspect(makeDocx({ body: paragraph('Hello') }));
    expect(warnings).toEqual([expect.objectContaining({ code: 'no_tags' })]);
  });

  it('is a file that holds what was judged and nothing else', async () => {
    const comment = Buffer.from('hidden');
    const hidden = Buffer.concat([PLAIN.subarray(0, -2), Buffer.from([comment.length, 0]), comment]);
    const { bytes } = await inspect(hidden);
    expect(bytes.includes('hidden')).toBe(false);
    expect(Object.keys(new PizZip(bytes).files).sort()).toEqual(Object.keys(new PizZip(PLAIN).files).sort());
  });

  it('is a verdict for any damage to a file', async () => {
    const damage = fc.array(fc.tuple(fc.nat(PLAIN.length - 1), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const file = Buffer.from(PLAIN);
        for (const [index, value] of changes) file[index] = value;
        expect(await verdict(file)).toMatch(/^(taken|4\d\d \w+)$/);
      }),
    );
  });

  it('is a verdict for any damage to its XML', async () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '</w:t>',
      '<w:p>',
      '{{',
      '}}',
      '{{#a}}',
      '{{/a}}',
      '"',
      '&',
      '<!--',
      ']]>',
      '<?',
      '\uE000',
      'x',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), piece), { minLength: 1, maxLength: 5 }),
        async (changes) => {
          const damage = (xml: string) =>
            changes.reduce((text, [place, inserted]) => {
              const at = Math.floor(place * text.length);
              return text.slice(0, at) + inserted + text.slice(at);
            }, xml);
          const upload = changed({ 'word/document.xml': damage });
          const outcome = await doTemplateJob({ kind: 'inspect', upload, sample: {}, olderTags: true });
          expect(outcome).not.toHaveProperty('failed');
        },
      ),
    );
  });
});
