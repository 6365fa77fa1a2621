import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DocumentSystem } from '../../test/document-system.js';

const PROFILE = {
  first_name: 'Jordan',
  last_name: 'Avery',
  email: 'jordan@example.com',
  phone: '(416) 555-0142',
  mailing_address: 'Edmonton, AB',
  calendly_url: 'https://calendly.com/jordan-avery/30min',
  linkedin_url: 'https://linkedin.com/in/jordan-avery',
  portfolio_url: 'https://jordanavery.com',
};
let system: DocumentSystem;

beforeAll(async () => {
  system = await DocumentSystem.start();
});
afterAll(() => system.stop());

describe('candidate profiles', () => {
  it('are created by PUT, answered flat, and replaced whole by the next PUT', async () => {
    const created = await system.call('PUT', '/api/candidates/jordan_avery', PROFILE);
    expect(created).toMatchObject({ status: 200, body: { user_id: 'jordan_avery', ...PROFILE } });
    const { body } = await system.call('GET', '/api/candidates/jordan_avery');
    expect(body).toMatchObject({
      ...PROFILE,
      phone_number: PROFILE.phone,
      created_at: expect.stringMatching(/Z$/),
    });
    const replaced = await system.call('PUT', '/api/candidates/jordan_avery', { first_name: 'S' });
    expect(replaced.body).toMatchObject({ first_name: 'S', last_name: null, calendly_url: null });
  });

  it('are changed by PATCH only where given, null included', async () => {
    await system.call('PUT', '/api/candidates/pat', PROFILE);
    const change = { calendly_url: null, phone_number: '1' };
    const { body } = await system.call('PATCH', '/api/candidates/pat', change);
    expect(body).toMatchObject({ ...PROFILE, calendly_url: null, phone: '1' });
    expect((await system.call('PATCH', '/api/candidates/pat', {})).body).toMatchObject({
      calendly_url: null,
    });
  });

  it('changed by hand in SQL count at once, and say when they changed', async () => {
    await system.call('PUT', '/api/candidates/hand', PROFILE);
    const before = (await system.call('GET', '/api/candidates/hand')).body;
    const url = 'https://calendly.com/changed';
    await system.sql.query('UPDATE user_candidate_info SET calendly_url = $1 WHERE user_id = $2', [
      url,
      'hand',
    ]);
    const { body } = await system.call('GET', '/api/candidates/hand');
    expect(body.calendly_url).toBe(url);
    expect(Date.parse(body.updated_at)).toBeGreaterThan(Date.parse(before.updated_at));
  });

  it('hold a row for the default user from the first start on, and a restart keeps what it says', async () => {
    const update =
      "UPDATE user_candidate_info SET calendly_url = 'https://calendly.com/me' WHERE user_id = 'default'";
    expect((await system.sql.query(update)).rowCount).toBe(1);
    await system.restart();
    expect((await system.call('GET', '/api/candidates/default')).body.calendly_url).toBe(
      'https://calendly.com/me',
    );
  });

  it('of unknown users are not found, whatever is asked', async () => {
    for (const [method, body] of [
      ['GET'],
      ['PATCH', { first_name: 'x' }],
      ['PATCH', {}],
      ['DELETE'],
    ] as const) {
      const answer = await system.call(method, '/api/candidates/unknown', body);
      expect(answer).toMatchObject({ status: 404, body: { success: false, code: 'candidate_not_found' } });
    }
  });

  it('are gone after DELETE', async () => {
    await system.call('PUT', '/api/candidates/gone', PROFILE);
    expect((await system.call('DELETE', '/api/candidates/gone')).status).toBe(200);
    expect((await system.call('GET', '/api/candidates/gone')).status).toBe(404);
  });

  it.each([
    'javascript:alert(1)',
    'ftp://files.example/x',
    'calendly.com/without-scheme',
    'https://calendly.com:443@evil.com/',
    'https://',
    'https://a b.example',
    `https://example.com/${'a'.repeat(2_000)}`,
    17,
  ])('refuse %.40s as a URL', async (calendly_url) => {
    const { status, body } = await system.call('PUT', '/api/candidates/bad', { calendly_url });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_request', details: [{ path: 'calendly_url' }] });
  });

  it('refuse ids that are none', async () => {
    expect((await system.call('GET', '/api/candidates/a%20b')).status).toBe(400);
  });
});
