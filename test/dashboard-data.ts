import { randomUUID } from 'node:crypto';
import { request } from 'undici';

interface Resume {
  links: { function: string; tracking_id: string; redirect_url: string }[];
}

/** A resume for one application, and its Calendly link. */
export async function generateResume(origin: string, { company }: { company: string }) {
  const ids = { job_id: randomUUID(), application_id: randomUUID() };
  const answer = await fetch(`${origin}/resume`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...ids,
      personal: { full_name: 'Jordan Avery', calendly_url: 'https://calendly.com/jordan-avery/30min' },
      target_position: 'Marketing Manager',
      company,
    }),
  });
  const { links } = (await answer.json()) as Resume;
  const calendly = links.find((link) => link.function === 'Calendly');
  if (!calendly) throw new Error('The resume answered no Calendly link.');
  return { ...ids, calendly };
}

/** Follows a link as a browser of that name does. */
export async function clickAs(userAgent: string, url: string): Promise<void> {
  const headers = { 'user-agent': userAgent, accept: 'text/html,*/*;q=0.8', 'accept-language': 'en-CA' };
  const { statusCode } = await request(url, { headers });
  if (statusCode !== 302) throw new Error(`The link answered ${statusCode}.`);
}
