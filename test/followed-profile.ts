import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { eventually } from '#testing';

/** A candidate changes a URL in the profile: links in documents that follow it lead there, the others stay. */
export async function followProfile(origin: string): Promise<void> {
  const candidate = `candidate_${randomUUID().slice(0, 8)}`;
  const before = 'https://portfolio.example/before';
  const after = 'https://portfolio.example/after?a&b';
  const profile = `${origin}/api/candidates/${candidate}`;
  await send('PUT', profile, { first_name: 'Jordan', portfolio_url: before });
  const mint = async (destination: string) => {
    const link = { original_url: before, link_function: 'Portfolio', user_id: candidate, destination };
    const { redirect_url } = await send('POST', `${origin}/api/link-tracking/create`, link);
    return origin + new URL(redirect_url ?? '').pathname;
  };
  const following = await mint('follow_profile');
  const fixed = await mint('fixed');
  await eventually(async () =>
    expect([await follow(following), await follow(fixed)]).toEqual([before, before]),
  );

  await send('PATCH', profile, { portfolio_url: after });
  await eventually(async () => expect(await follow(following)).toBe(after));
  expect(await follow(fixed)).toBe(before);
}

async function send(method: string, url: string, body: object): Promise<{ redirect_url?: string }> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  expect(response.status).toBeLessThan(300);
  return (await response.json()) as { redirect_url?: string };
}

async function follow(link: string): Promise<string | null> {
  const { headers } = await fetch(link, { redirect: 'manual', headers: { 'user-agent': 'Mozilla/5.0' } });
  return headers.get('location');
}
