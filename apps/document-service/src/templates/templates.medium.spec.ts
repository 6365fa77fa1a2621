import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DocumentSystem } from '../../test/document-system.js';
import { makeDocx, paragraph } from '../../test/docx-fixture.js';
import { DocxReader } from '../../test/docx-reader.js';

const PERSON = { full_name: 'Jordan Avery' };
const GREETING = makeDocx({ body: paragraph('Hello {{personal.full_name}}, {{motto}} {{calendly_url}}') });
let system: DocumentSystem;

beforeAll(async () => {
  system = await DocumentSystem.start();
});
afterAll(() => system.stop());

const resumeLines = async (fields: object) => {
  const { body } = await system.call('POST', '/resume', { personal: PERSON, ...fields });
  return (await system.download(body.download_url)).lines();
};

describe('an uploaded template', () => {
  it('says what it holds, and makes documents whose links are tracked', async () => {
    const { status, body } = await system.upload(GREETING, { name: 'Greeting', kind: 'resume' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      template_id: expect.stringMatching(/^tpl_[0-9a-f]{16}$/),
      name: 'Greeting',
      kinds: ['resume'],
      version: 1,
      tags: [
        { name: 'personal.full_name', kind: 'value', count: 1 },
        { name: 'motto', kind: 'value', count: 1 },
        { name: 'calendly_url', kind: 'link', count: 1 },
      ],
      unknown_tags: ['motto'],
      warnings: [],
    });
    const made = await system.call('POST', '/resume', {
      personal: { ...PERSON, calendly_url: 'https://calendly.com/jordan' },
      template_id: body.template_id,
      motto: 'onwards!',
      job_id: 'job-1',
    });
    const reader = await system.download(made.body.download_url);
    expect(reader.lines()).toEqual(['Hello Jordan Avery, onwards! calendly.com/jordan']);
    expect(reader.links()[0]?.target).toBe(made.body.links[0].redirect_url);
    expect(made.body.links[0]).toMatchObject({ placements: 1, tracking_id: expect.any(String) });
    expect((await system.call('GET', `/templates/${body.template_id}`)).body).toEqual(body);
  });

  it('gets a new version when its name is uploaded again, but not for the same file', async () => {
    const upload = (text: string) =>
      system.upload(makeDocx({ body: paragraph(text) }), { name: 'Versioned' });
    const file = makeDocx({ body: paragraph('{{personal.full_name}} one') });
    const first = (await system.upload(file, { name: 'Versioned' })).body;
    expect((await system.upload(file, { name: 'Versioned' })).body.versions).toHaveLength(1);
    const second = (await upload('{{personal.full_name}} two')).body;
    expect(second).toMatchObject({ template_id: first.template_id, version: 2 });
    expect(second.versions.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
    expect(await resumeLines({ template_id: first.template_id })).toEqual(['Jordan Avery two']);
    expect(await resumeLines({ template_id: `${first.template_id}:1` })).toEqual(['Jordan Avery one']);
  });

  it('uploaded several times at once keeps each as a version', async () => {
    const answers = await Promise.all(
      [1, 2, 3].map((n) =>
        system.upload(makeDocx({ body: paragraph(`{{company}} ${n}`) }), { name: 'Race' }),
      ),
    );
    expect(new Set(answers.map(({ body }) => body.template_id)).size).toBe(1);
    const { body } = await system.call('GET', `/templates/${answers[0]?.body.template_id}`);
    expect(body.versions.map(({ version }: { version: number }) => version)).toEqual([3, 2, 1]);
  });

  it('may be written with the older tags', async () => {
    const file = makeDocx({ body: paragraph('Hi &lt;&lt;personal.full_name>>') });
    const { body } = await system.upload(file, { name: 'Older', older_tags: 'true' });
    expect(body).toMatchObject({ older_tags: true, tags: [{ name: 'personal.full_name' }] });
    expect(await resumeLines({ template_id: body.template_id })).toEqual(['Hi Jordan Avery']);
  });

  it('says what its links show, unless the request does', async () => {
    const file = makeDocx({ body: paragraph('{{calendly_url}}') });
    const personal = { full_name: 'Ann', calendly_url: 'https://calendly.com/ann' };
    const upload = (fields: object) => system.upload(file, { name: 'Shown', ...fields });
    const { body } = await upload({ link_text: 'label' });
    const shown = (more: object) => resumeLines({ personal, template_id: body.template_id, ...more });
    expect([body.link_text, body.version]).toEqual(['label', 1]);
    expect(await shown({})).toEqual(['Schedule a meeting']);
    expect(await shown({ link_text: 'destination' })).toEqual(['calendly.com/ann']);
    expect((await upload({})).body.link_text).toBe('label');
    expect((await upload({ link_text: 'tracked' })).body).toMatchObject({ link_text: 'tracked', version: 1 });
    expect(await shown({})).toEqual(['https://calendly.com/ann']);
    expect(await upload({ link_text: 'red' })).toMatchObject({
      status: 400,
      body: { error: 'link_text: must be one of destination, tracked, label' },
    });
  });

  it('mints only the links that it or the texts of the request name, and speaks of no other', async () => {
    const { body } = await system.upload(makeDocx({ body: paragraph('{{calendly_url}} {{summary}}') }), {
      name: 'One link',
    });
    const urls = { calendly_url: 'https://calendly.com/ann', linkedin_url: 'https://linkedin.com/in/ann' };
    const make = async (summary: string) => {
      system.links.calls.length = 0;
      const made = await system.call('POST', '/resume', {
        personal: { ...PERSON, ...urls },
        template_id: body.template_id,
        job_id: 'job-named',
        summary,
      });
      const minted = system.links.calls.flatMap(({ links }) => links.map((link) => link.linkFunction));
      return { minted, answer: made.body };
    };
    const plain = await make('plain');
    expect(plain.minted).toEqual(['Calendly']);
    expect(plain.answer.links).toHaveLength(1);
    expect(plain.answer.warnings).toEqual([]);
    const named = await make('See {{linkedin_url | "me"}} and {{portfolio_url}}.');
    expect(named.minted).toEqual(['Calendly', 'LinkedIn']);
    expect(named.answer.links[1]).toMatchObject({ variable: 'linkedin_url', placements: 1 });
    expect(named.answer.warnings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: 'url_not_configured', variable: 'portfolio_url' }),
      ]),
    );
  });

  it('can be fetched again, each version of it', async () => {
    const upload = (text: string) =>
      system.upload(makeDocx({ body: paragraph(text) }), { name: 'Brief: ä/b' });
    const { template_id } = (await upload('{{company}} one')).body;
    await upload('{{company}} two');
    const fetchFile = async (id: string) => {
      const response = await fetch(system.url(`/templates/${id}/file`));
      expect(response.headers.get('content-type')).toContain('wordprocessingml.document');
      expect(response.headers.get('content-disposition')).toContain(
        "filename*=UTF-8''Brief%3A%20%C3%A4%2Fb.docx",
      );
      return new DocxReader(Buffer.from(await response.arrayBuffer())).lines();
    };
    expect(await fetchFile(template_id)).toEqual(['{{company}} two']);
    expect(await fetchFile(`${template_id}:1`)).toEqual(['{{company}} one']);
    const missing = { status: 404, body: { code: 'template_not_found' } };
    expect(await system.call('GET', '/templates/tpl_unknown/file')).toMatchObject(missing);
  });

  it('is named after its file, and serves both kinds when none is given', async () => {
    const { body } = await system.upload(makeDocx({ body: paragraph('{{subject}}') }), {}, 'My letter.docx');
    expect(body).toMatchObject({ name: 'My letter', kinds: ['resume', 'cover_letter'], unknown_tags: [] });
    const letter = await system.call('POST', '/cover-letter', {
      personal: PERSON,
      position: { title: 'Editor' },
      template_id: body.template_id,
    });
    expect((await system.download(letter.body.download_url)).lines()).toEqual(['Re: Editor']);
  });

  it('is not found for the other kind, in another version, or once deleted, and leaves no file', async () => {
    const { body } = await system.upload(GREETING, { name: 'Gone', kind: 'cover_letter' });
    const make = (template_id: string) =>
      system.call('POST', '/cover-letter', { personal: PERSON, template_id });
    const missing = { status: 404, body: { code: 'template_not_found' } };
    const resume = { personal: PERSON, template_id: body.template_id };
    expect(await system.call('POST', '/resume', resume)).toMatchObject(missing);
    expect(await make(`${body.template_id}:2`)).toMatchObject(missing);
    expect((await make(body.template_id)).status).toBe(200);
    const folder = join(system.folder, 'templates', 'uploads');
    const before = (await readdir(folder)).length;
    expect((await system.call('DELETE', `/templates/${body.template_id}`)).status).toBe(200);
    expect(await readdir(folder)).toHaveLength(before - 1);
    expect(await make(body.template_id)).toMatchObject(missing);
    expect(await system.call('GET', `/templates/${body.template_id}`)).toMatchObject(missing);
    expect(await system.call('DELETE', `/templates/${body.template_id}`)).toMatchObject(missing);
  });
});

describe('built-in templates', () => {
  it('are listed beside the uploaded ones, with their tags', async () => {
    await system.upload(GREETING, { name: 'Listed' });
    const { body } = await system.call('GET', '/templates');
    const names = body.templates.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['classic', 'modern', 'compact', 'Listed']));
    const look = (await system.call('GET', '/templates/modern')).body;
    expect(look.tags).toEqual(expect.arrayContaining([{ name: 'calendly_url', kind: 'link', count: 3 }]));
  });

  it('can be fetched to start from', async () => {
    expect((await system.download('/templates/classic/file')).xml()).toContain('professional_summary');
    const letter = await system.download('/templates/modern/file?kind=cover_letter');
    expect(letter.xml()).toContain('greeting');
  });

  it('can be neither deleted nor replaced', async () => {
    const refused = { status: 409, body: { code: 'template_built_in' } };
    expect(await system.call('DELETE', '/templates/classic')).toMatchObject(refused);
    expect(await system.upload(GREETING, { name: 'Classic' })).toMatchObject(refused);
  });

  it.each(['classic', 'modern', 'compact'])('%s is chosen by template_id, for both kinds', async (look) => {
    expect(await resumeLines({ template_id: look })).toEqual(['Jordan Avery']);
    const letter = await system.call('POST', '/cover-letter', { personal: PERSON, template_id: look });
    expect(letter.status).toBe(200);
    const { rows } = await system.sql.query('SELECT template_id FROM documents WHERE document_id = $1', [
      letter.body.document_id,
    ]);
    expect(rows).toEqual([{ template_id: look }]);
  });
});

describe('a user’s default template', () => {
  const path = '/api/candidates/ann/templates';

  it('is used where a request names none, until it is deleted', async () => {
    await system.call('PUT', '/api/candidates/ann', { first_name: 'Ann' });
    const { body } = await system.upload(makeDocx({ body: paragraph('Mine: {{personal.first_name}}') }), {
      name: 'Mine',
    });
    const set = await system.call('PUT', path, { resume: body.template_id });
    expect(set.body).toEqual({ user_id: 'ann', resume: body.template_id, cover_letter: 'classic' });
    expect(await resumeLines({ personal: { first_name: 'Ann' }, user_id: 'ann' })).toEqual(['Mine: Ann']);
    expect(await resumeLines({ user_id: 'ann', template_id: 'modern' })).toEqual(['Jordan Avery']);
    await system.call('DELETE', `/templates/${body.template_id}`);
    expect((await system.call('GET', path)).body).toMatchObject({ resume: 'classic' });
    expect(await resumeLines({ user_id: 'ann' })).toEqual(['Jordan Avery']);
  });

  it('must exist for the kind, and so must the user', async () => {
    const missing = { status: 404, body: { code: 'template_not_found' } };
    expect(await system.call('PUT', path, { resume: 'tpl_unknown' })).toMatchObject(missing);
    const nobody = await system.call('PUT', '/api/candidates/nobody/templates', { resume: 'modern' });
    expect(nobody).toMatchObject({ status: 404, body: { code: 'candidate_not_found' } });
  });

  it('goes with the user', async () => {
    await system.call('PUT', '/api/candidates/ann', { first_name: 'Ann' });
    await system.call('PUT', path, { resume: 'modern' });
    await system.call('DELETE', '/api/candidates/ann');
    expect((await system.sql.query('SELECT FROM template_defaults')).rowCount).toBe(0);
  });
});

describe('a bad upload', () => {
  it.each([
    ['without a file', { name: 'x' }, undefined, 400],
    ['of an unknown kind', { kind: 'poem' }, GREETING, 400],
    ['with a name too long', { name: 'n'.repeat(101) }, GREETING, 400],
    ['larger than 5 MB', {}, Buffer.alloc(5_000_001), 413],
    ['that is no .docx', {}, Buffer.from('hello'), 415],
  ] as const)('%s is refused', async (_, fields, file, status) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    if (file) form.append('file', new Blob([new Uint8Array(file)]), 'x.docx');
    const response = await fetch(system.url('/templates'), { method: 'POST', body: form });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ success: false, code: expect.any(String) });
  });

  it('as JSON, cut short, or sent elsewhere is told what was expected', async () => {
    expect(await system.call('POST', '/templates', { file: 'x' })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('multipart/form-data') },
    });
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const body = '--x\r\ncontent-disposition: form-data; name="file"; filename="a.docx"\r\n\r\nPK';
    expect((await fetch(system.url('/templates'), { method: 'POST', headers, body })).status).toBe(400);
    const form = new FormData();
    form.append('personal', '{}');
    const elsewhere = await fetch(system.url('/resume'), { method: 'POST', body: form });
    expect(elsewhere.status).toBe(400);
    expect(await elsewhere.json()).toMatchObject({ error: 'Invalid content type - JSON expected' });
  });

  it('names every fault with part, place and tag', async () => {
    const body = paragraph('Dear {{recipient.name') + paragraph('{{#experience}}') + paragraph('{{a b}}');
    const answer = await system.upload(makeDocx({ body }));
    expect(answer).toMatchObject({ status: 422, body: { code: 'unclosed_tag' } });
    const facts = answer.body.details.map((detail: object) => Object.values(detail).join(' · '));
    expect(facts).toEqual([
      expect.stringContaining('body, paragraph 1: "Dear {{recipient.name"'),
      expect.stringContaining('add {{/experience}} where it ends'),
      expect.stringContaining('{{a b}} is not a tag'),
    ]);
    for (const { place } of answer.body.details) expect(place).toMatch(/^body, paragraph \d: /);
  });
});
