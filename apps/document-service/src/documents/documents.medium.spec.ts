import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import { DocumentSystem } from '../../test/document-system.js';

const PERSON = { full_name: 'Jordan Avery', email: 'jordan@example.com', phone: '(416) 555-0142' };
const URLS = {
  calendly_url: 'https://calendly.com/jordan-avery/30min?month=2025-10&back=1',
  linkedin_url: 'https://linkedin.com/in/jordan-avery',
  portfolio_url: 'https://jordanavery.com',
};
const IDS = {
  job_id: '550e8400-e29b-41d4-a716-446655440000',
  application_id: '650e8400-e29b-41d4-a716-446655440001',
};
const TODAY = new Date().toISOString().slice(0, 10).replaceAll('-', '');
let system: DocumentSystem;

beforeAll(async () => {
  system = await DocumentSystem.start();
  await system.call('PUT', '/api/candidates/jordan', { ...URLS });
});
afterAll(() => system.stop());
beforeEach(() => {
  system.links.mood = 'up';
  system.links.refusals = {};
  system.links.deactivated.clear();
  system.links.calls.length = 0;
});

const resume = (body: object) =>
  system.call('POST', '/resume', { personal: PERSON, user_id: 'jordan', ...body });

describe('POST /resume', () => {
  it('answers the guide’s example with a document whose links are tracked', async () => {
    const { status, body } = await resume({
      professional_summary: 'Marketing professional with 10+ years experience',
      target_position: 'Marketing Manager',
      ...IDS,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      success: true,
      filename: expect.stringMatching(new RegExp(`^resume_Jordan_Avery_${TODAY}(_\\d+)?\\.docx$`)),
      document_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      download_url: `/download/${body.filename}`,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      timestamp: expect.stringMatching(/Z$/),
      tracking: { enabled: true, fallback: false },
      warnings: [],
    });
    expect(body.links).toEqual(
      ['calendly_url', 'linkedin_url', 'portfolio_url'].map((variable) =>
        expect.objectContaining({
          variable,
          tracking_id: expect.stringMatching(/^lt_/),
          redirect_url: expect.stringContaining('/track/lt_'),
          original_url: new URL(URLS[variable as keyof typeof URLS]).href,
          placements: 1,
        }),
      ),
    );
    expect(system.links.calls).toHaveLength(1);
    const reader = await system.download(body.download_url);
    expect(reader.links().map(({ text, target }) => [text, target])).toEqual([
      ['Schedule a meeting', body.links[0].redirect_url],
      ['LinkedIn', body.links[1].redirect_url],
      ['Portfolio', body.links[2].redirect_url],
    ]);
    expect(reader.lines()).toEqual(
      expect.arrayContaining(['Jordan Avery', 'Marketing Manager', 'Professional Summary']),
    );
    expect(reader.partsWithTags()).toEqual([]);
  });

  it('takes either id for tracking, and the links of one application are reused', async () => {
    const first = await resume({ job_id: 'job-1' });
    const second = await system.call('POST', '/cover-letter', {
      personal: PERSON,
      user_id: 'jordan',
      job_id: 'job-1',
    });
    expect(first.body.tracking.enabled).toBe(true);
    expect(second.body.links[0].tracking_id).toBe(first.body.links[0].tracking_id);
    expect((await resume({ application_id: 'app_20251009_1' })).body.tracking.enabled).toBe(true);
  });

  it.each([
    ['neither id is given', {}],
    ['the request declines tracking', { ...IDS, track: false }],
  ])('puts in the original URLs and mints nothing when %s', async (_, fields) => {
    const { body } = await resume(fields);
    expect(body.tracking).toEqual({ enabled: false, fallback: false, reason: expect.any(String) });
    expect(body.links[0]).toMatchObject({ tracking_id: null, redirect_url: null });
    expect(system.links.calls).toEqual([]);
    const reader = await system.download(body.download_url);
    expect(reader.links()[0]?.target).toBe(URLS.calendly_url);
  });

  it('is about the profile’s person when no personal part is given', async () => {
    await system.call('PUT', '/api/candidates/jane', {
      first_name: 'Jane',
      last_name: 'Doe',
      email: 'j@d.e',
    });
    const { body } = await system.call('POST', '/resume', { user_id: 'jane', target_position: 'Editor' });
    expect(body.filename).toMatch(/^resume_Jane_Doe_/);
    expect(
      (await system.call('POST', '/resume', { user_id: 'nobody', target_position: 'Editor' })).status,
    ).toBe(400);
  });

  it('accepts a candidate’s answer unchanged as personal', async () => {
    await system.call('PUT', '/api/candidates/ann', {
      first_name: 'Ann',
      last_name: 'Lee',
      phone: '123',
      mailing_address: 'Calgary',
      calendly_url: 'https://calendly.com/ann',
    });
    const personal = (await system.call('GET', '/api/candidates/ann')).body;
    const { body } = await system.call('POST', '/resume', { personal, ...IDS });
    expect(body.filename).toMatch(/^resume_Ann_Lee_/);
    const lines = (await system.download(body.download_url)).lines();
    expect(lines).toEqual(expect.arrayContaining(['Ann Lee', 'Calgary | 123']));
    expect(body.links).toHaveLength(1);
    expect(body.warnings.map(({ code }: { code: string }) => code)).toEqual([
      'url_not_configured',
      'url_not_configured',
    ]);
  });

  it('takes a URL from the request before the profile, and never from another person', async () => {
    const given = { ...PERSON, calendly_url: 'https://calendly.com/other', website: 'other.example' };
    const { body } = await system.call('POST', '/resume', { personal: given, user_id: 'jordan' });
    expect(body.links.map(({ original_url }: { original_url: string }) => original_url)).toEqual([
      'https://calendly.com/other',
      URLS.linkedin_url,
      'https://other.example/',
    ]);
    await system.sql.query(
      "UPDATE user_candidate_info SET calendly_url = 'https://calendly.com/d' WHERE user_id = 'default'",
    );
    expect(
      (await system.call('POST', '/resume', { personal: PERSON, user_id: 'stranger' })).body.links,
    ).toEqual([]);
    expect((await system.call('POST', '/resume', { personal: PERSON })).body.links).toHaveLength(1);
    await system.sql.query("UPDATE user_candidate_info SET calendly_url = NULL WHERE user_id = 'default'");
  });
});

describe('POST /cover-letter', () => {
  it('answers the guide’s example', async () => {
    const { status, body } = await system.call('POST', '/cover-letter', {
      personal: { full_name: 'Jordan Avery', email: 'jordan@example.com' },
      recipient: { name: 'Morgan Ellis', company: 'Tech Corp' },
      position: { title: 'Marketing Manager' },
      content: {
        opening_paragraph: 'I am excited to apply...',
        body_paragraphs: ['My experience includes... See {{portfolio_url}}.'],
        closing_paragraph: 'I look forward to hearing from you.',
      },
      user_id: 'jordan',
      ...IDS,
    });
    expect(status).toBe(200);
    expect(body.filename).toMatch(/^cover_letter_Jordan_Avery_/);
    const reader = await system.download(`/documents/${body.document_id}`);
    expect(reader.lines()).toEqual(
      expect.arrayContaining([
        'Morgan Ellis',
        'Tech Corp',
        'Dear Morgan Ellis,',
        'My experience includes... See jordanavery.com.',
      ]),
    );
    expect(body.links.at(-1)).toMatchObject({ variable: 'portfolio_url', placements: 2 });
  });
});

describe('a document whose links cannot be tracked', () => {
  it.each(['down', 'hanging'] as const)('carries the original URLs when link-service is %s', async (mood) => {
    system.links.mood = mood;
    const { status, body } = await resume(IDS);
    expect(status).toBe(200);
    expect(body.tracking).toEqual({ enabled: true, fallback: true, reason: expect.any(String) });
    expect(body.warnings).toContainEqual(expect.objectContaining({ code: 'tracking_unavailable' }));
    expect((await system.download(body.download_url)).links().map(({ target }) => target)).toEqual([
      URLS.calendly_url,
      URLS.linkedin_url,
      'https://jordanavery.com/',
    ]);
    const metrics = await (await fetch(system.url('/metrics'))).text();
    expect(metrics).toMatch(/footfall_documents_untracked_links_total\{reason="unavailable"\} [1-9]/);
    expect(metrics).toMatch(/footfall_documents_generated_total\{kind="resume",tracking="fallback"\} [1-9]/);
  });

  it('carries the original URL only for the one that is refused', async () => {
    system.links.refusals = { LinkedIn: 'invalid_url' };
    const { body } = await resume(IDS);
    expect(body.links.map((link: { tracking_id: string | null }) => link.tracking_id === null)).toEqual([
      false,
      true,
      false,
    ]);
    expect(body.tracking).toMatchObject({ enabled: true, fallback: true });
    expect(body.warnings).toEqual([
      expect.objectContaining({ code: 'link_not_tracked', variable: 'linkedin_url', reason: 'invalid_url' }),
    ]);
  });

  it('carries the original URL where the tracked link is deactivated or unanswered', async () => {
    system.links.deactivated.add('Calendly');
    expect((await resume(IDS)).body.links[0].tracking_id).toBeNull();
    system.links.mood = 'silent about some';
    system.links.deactivated.clear();
    const { body } = await resume(IDS);
    expect(body.links.map((link: { tracking_id: string | null }) => link.tracking_id !== null)).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('stored documents', () => {
  it('made at once for many people are all right and all different', async () => {
    const people = Array.from({ length: 100 }, (_, index) => `Person Nr${index}`);
    const answers = await Promise.all(
      people.map((full_name, index) =>
        system.call('POST', '/resume', {
          personal: { full_name, calendly_url: `https://calendly.com/p${index}` },
          job_id: `job-${index}`,
        }),
      ),
    );
    expect(new Set(answers.map(({ body }) => body.links[0].tracking_id)).size).toBe(100);
    for (const [index, { status, body }] of answers.entries()) {
      expect(status).toBe(200);
      const reader = await system.download(body.download_url);
      expect(reader.lines()[0]).toBe(`Person Nr${index}`);
      const others = reader.xml().match(/Person Nr\d+/g) ?? [];
      expect(new Set(others)).toEqual(new Set([`Person Nr${index}`]));
      expect(reader.links().map(({ target }) => target)).toEqual([body.links[0].redirect_url]);
    }
  }, 30_000);

  it('of one person and day get numbers, also when made at once', async () => {
    const personal = { full_name: 'Zoë O’Neil' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => system.call('POST', '/resume', { personal })),
    );
    const names = answers.map(({ body }) => body.filename);
    const expected = Array.from(
      { length: 20 },
      (_, index) => `resume_Zoë_ONeil_${TODAY}${index ? `_${index + 1}` : ''}.docx`,
    );
    expect(names.sort()).toEqual(expected.sort());
  });

  it('are sent with type, length and both forms of their name', async () => {
    const { body } = await system.call('POST', '/resume', { personal: { full_name: 'Zoë "Z" Ng' } });
    const response = await fetch(system.url(body.download_url));
    expect(response.headers.get('content-type')).toBe(
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    );
    expect(response.headers.get('content-length')).toBe(String(body.size));
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="resume_Zo__Z_Ng_${TODAY}.docx"; filename*=UTF-8''resume_Zo%C3%AB_Z_Ng_${TODAY}.docx`,
    );
  });

  it('survive a restart', async () => {
    const { body } = await resume({});
    await system.restart();
    expect((await system.download(body.download_url)).lines()[0]).toBe('Jordan Avery');
  });

  it('stay inside their folder whatever the user is called', async () => {
    const { body } = await resume({ user_id: '..' });
    expect(body.file_path).toBe(`documents/=../${body.document_id}`);
    expect(await readdir(join(system.folder, 'documents', '=..'))).toEqual([body.document_id]);
  });

  it.each([
    '/download/nothing.docx',
    '/download/..%2F..%2Fetc%2Fpasswd',
    '/download/%00.docx',
    `/download/${'a'.repeat(300)}.docx`,
    '/documents/nothing',
    '/documents/7f3c1f0e-0000-4000-8000-000000000000',
  ])('are not found at %s', async (path) => {
    const { status, body } = await system.call('GET', path);
    expect(status).toBe(404);
    expect(body).toMatchObject({ success: false, code: 'document_not_found' });
  });
});

describe('bad requests', () => {
  const post = async (body: string, type: string) => {
    const response = await fetch(system.url('/resume'), {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('are answered in the guide’s words', async () => {
    expect(await post('full_name=Jordan', 'application/x-www-form-urlencoded')).toMatchObject({
      status: 400,
      body: { success: false, error: 'Invalid content type - JSON expected' },
    });
    const empty = { status: 400, body: { success: false, error: 'Empty payload - no resume data received' } };
    for (const body of ['', '{}', 'null']) expect(await post(body, 'application/json')).toMatchObject(empty);
  });

  it.each([
    ['{"personal": ', 400],
    ['[1]', 400],
    ['"text"', 400],
    ['{"personal": "Jordan"}', 400],
    ['{"personal": {"full_name": ["x"]}}', 400],
    ['{"personal": {"full_name": "x"}, "job_id": "a b"}', 400],
    ['{"personal": {"full_name": "x"}, "experience": {}}', 400],
    ['{"personal": {"full_name": "x"}, "template_id": "unknown"}', 404],
    ['{"personal": {"full_name": "x"}, "template_id": "cover_letter"}', 404],
    ['{"personal": {"full_name": "x"}, "format": "pdf"}', 501],
    [`{"personal": {"full_name": "x"}, "extra": "${'a'.repeat(200_000)}"}`, 413],
    [`{"x": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 400],
    ['{"json_resume": 5}', 400],
  ] as const)('bad body %# is answered in the documented shape', async (text, status) => {
    const answer = await post(text, 'application/json');
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      success: false,
      error: expect.any(String),
      code: expect.any(String),
    });
    expect(answer.body.request_id).toEqual(expect.any(String));
  });
});

it('makes a resume from a JSON Resume', async () => {
  const { body } = await system.call('POST', '/resume', {
    json_resume: {
      basics: {
        name: 'Richard Hendriks',
        label: 'Programmer',
        profiles: [{ network: 'LinkedIn', url: 'https://linkedin.com/in/r' }],
      },
      work: [{ name: 'Pied Piper', position: 'CEO', startDate: '2013-12-01', highlights: ['Built a thing'] }],
      skills: [{ name: 'Compression', keywords: ['Mpeg', 'MP4'] }],
    },
  });
  expect(body.filename).toMatch(/^resume_Richard_Hendriks_/);
  const lines = (await system.download(body.download_url)).lines();
  expect(lines).toEqual(
    expect.arrayContaining([
      'Programmer',
      'CEO\tDec 2013 – Present',
      'Pied Piper',
      'Built a thing',
      'Compression: Mpeg, MP4',
    ]),
  );
});

it('mints nothing when tracking is switched off', async () => {
  await system.restart({ ENABLE_URL_TRACKING: false });
  const { body } = await resume(IDS);
  expect(body.tracking).toMatchObject({
    enabled: false,
    reason: expect.stringContaining('ENABLE_URL_TRACKING'),
  });
  expect(system.links.calls).toEqual([]);
  await system.restart();
});

it('refuses documents beyond what may wait, with Retry-After', async () => {
  await system.restart({ RENDER_QUEUE_SIZE: 1 });
  system.links.mood = 'hanging';
  const answers = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const response = await fetch(system.url('/resume'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ personal: PERSON, user_id: 'jordan', ...IDS }),
      });
      return `${response.status} ${response.headers.get('retry-after')}`;
    }),
  );
  expect(answers.filter((answer) => answer === '503 1').length).toBeGreaterThan(0);
  expect(answers.filter((answer) => answer === '200 null').length).toBeGreaterThanOrEqual(33);
  await system.restart();
});

describe('the event of a document', () => {
  const eventOf = (id: string) =>
    system.bus
      .events('document.generated.v1')
      .find((event) => (event as { document_id: string }).document_id === id);

  it('tells what was made for which application', async () => {
    const { body } = await resume({
      ...IDS,
      target_position: 'Editor',
      company: 'Tech Corp',
      job_board: 'LinkedIn',
    });
    await eventually(() => {
      expect(eventOf(body.document_id)).toMatchObject({
        kind: 'resume',
        user_id: 'jordan',
        ...IDS,
        position: 'Editor',
        company: 'Tech Corp',
        job_board: 'LinkedIn',
        tracking_ids: body.links.map(({ tracking_id }: { tracking_id: string }) => tracking_id),
        occurred_at: body.timestamp,
        request_id: expect.any(String),
      });
    });
  });

  it('tells of a letter’s recipient and position, and says nothing for what is blank', async () => {
    const { body } = await system.call('POST', '/cover-letter', {
      personal: PERSON,
      application_id: 'application-2',
      company: ' ',
      recipient: { company: 'Tech Corp' },
      position: { title: '' },
    });
    await eventually(() => {
      const event = eventOf(body.document_id);
      expect(event).toMatchObject({
        kind: 'cover_letter',
        company: 'Tech Corp',
        application_id: 'application-2',
      });
      expect(event).not.toHaveProperty('position');
      expect(event).not.toHaveProperty('job_board');
    });
  });

  it('waits for a bus that is away, while documents are made all the same', async () => {
    system.bus.isAway = true;
    const { status, body } = await resume(IDS);
    expect(status).toBe(200);
    expect(eventOf(body.document_id)).toBeUndefined();
    system.bus.isAway = false;
    await eventually(() =>
      expect(eventOf(body.document_id)).toMatchObject({ document_id: body.document_id }),
    );
  });
});

describe('a call with an Idempotency-Key', () => {
  const keyed = async (key: string, body: object) => {
    const response = await fetch(system.url('/resume'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ personal: PERSON, user_id: 'jordan', ...body }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('makes one document however often it is sent, also at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => keyed('key-1', IDS)));
    answers.push(await keyed('key-1', IDS));
    const [first] = answers;
    expect(first?.status).toBe(200);
    for (const answer of answers) expect(answer).toEqual(first);
    const files = await readdir(join(system.folder, 'documents', 'jordan'));
    const { rows } = await system.sql.query("SELECT document_id FROM documents WHERE user_id = 'jordan'");
    expect(files.sort()).toEqual(rows.map(({ document_id }) => document_id).sort());
  });

  it('is refused when the body is another one, or the key is too long', async () => {
    await keyed('key-2', IDS);
    expect(await keyed('key-2', {})).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } });
    expect((await keyed('k'.repeat(201), IDS)).status).toBe(400);
  });
});
