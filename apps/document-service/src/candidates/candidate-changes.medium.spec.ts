import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type CandidateChanged, candidateChanged } from '#contracts';
import { eventually } from '#testing';
import { DocumentSystem } from '../../test/document-system.js';

let system: DocumentSystem;

beforeAll(async () => {
  system = await DocumentSystem.start();
});
afterEach(() => {
  system.bus.isAway = false;
});
afterAll(() => system.stop());

const URLS = {
  calendly_url: 'https://calendly.com/jordan-avery/30min?a=1&b',
  linkedin_url: 'https://linkedin.com/in/jordan-avery',
  portfolio_url: 'https://jordanavery.com',
};

/** What was announced of a user once everything written so far has left, each event checked against its definition. */
async function announced(userId: string): Promise<CandidateChanged[]> {
  await eventually(async () => {
    const { rows } = await system.sql.query('SELECT count(*)::int AS waiting FROM document_outbox');
    expect(rows).toEqual([{ waiting: 0 }]);
  });
  return system.bus
    .events(candidateChanged.routingKey)
    .map((event) => candidateChanged.parse(JSON.stringify(event)))
    .filter((event) => event.user_id === userId);
}

const update = (set: string, userId: string) =>
  system.sql.query(`UPDATE user_candidate_info SET ${set} WHERE user_id = '${userId}'`);

describe('a candidate’s URLs', () => {
  it('are announced by a PUT, and again only when one of them changes', async () => {
    await system.call('PUT', '/api/candidates/put', { first_name: 'Jordan', ...URLS });
    await system.call('PATCH', '/api/candidates/put', { first_name: 'Stephen', ...URLS });
    expect(await announced('put')).toEqual([expect.objectContaining(URLS)]);
    await system.call('PATCH', '/api/candidates/put', { linkedin_url: null });
    expect((await announced('put')).slice(1)).toEqual([
      expect.objectContaining({ ...URLS, linkedin_url: null }),
    ]);
  });

  it('changed by hand in SQL are announced, in the order of the changes', async () => {
    await system.call('PUT', '/api/candidates/hand', { first_name: 'Jordan' });
    expect(await announced('hand')).toEqual([]);
    system.bus.isAway = true;
    for (let i = 0; i < 5; i++) await update(`calendly_url = 'https://calendly.com/${i}'`, 'hand');
    await update(`phone = '1', calendly_url = calendly_url`, 'hand');
    system.bus.isAway = false;
    const events = await announced('hand');
    expect(events.map((event) => event.calendly_url)).toEqual(
      Array.from({ length: 5 }, (_, i) => `https://calendly.com/${i}`),
    );
    const times = events.map((event) => event.occurred_at);
    expect(times).toEqual([...new Set(times)].toSorted());
  });

  it('are announced from a session whose search path does not hold the schema', async () => {
    await system.call('PUT', '/api/candidates/elsewhere', { first_name: 'Jordan' });
    await system.sql.query('SET search_path = public');
    await system.sql.query(
      `UPDATE documents.user_candidate_info SET portfolio_url = 'https://x.example' WHERE user_id = 'elsewhere'`,
    );
    await system.sql.query('SET search_path = documents');
    expect(await announced('elsewhere')).toEqual([
      expect.objectContaining({ portfolio_url: 'https://x.example' }),
    ]);
  });

  it('that no link could lead to never stop the changes of others', async () => {
    const long = `https://x.example/${'x'.repeat(5_000)}`;
    await system.sql.query(`INSERT INTO user_candidate_info (user_id, calendly_url) VALUES
      ('long', '${long}'), ('not an id', 'https://x.example'), ('text', E'no\\nURL "at" all')`);
    await system.call('PUT', '/api/candidates/later', URLS);
    expect(await announced('later')).toHaveLength(1);
    expect(await announced('long')).toEqual([expect.objectContaining({ calendly_url: null })]);
    expect(await announced('text')).toEqual([expect.objectContaining({ calendly_url: 'no\nURL "at" all' })]);
  });
});
