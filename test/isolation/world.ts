import { createHash, createHmac, randomUUID } from 'node:crypto';
import { request } from 'undici';
import { eventually } from '#testing';

/** In every text that is Bob's, so that any of it is found wherever it shows up. */
export const MARK = 'bobsecret';
export const CALENDLY_KEY = 'calendly-key';
export const KEYS = { service: 'key-of-a-service', alice: 'key-of-alice', bob: 'key-of-bob' };

/** Lines of API_KEYS_FILE: a service's key, and one of each user's own. */
export const KEY_FILE = Object.entries(KEYS)
  .map(([name, key]) => `${name}:${sha256(key)}${name === 'service' ? '' : `:${userOf(name)}`}`)
  .join('\n');

/** One user's things, or those of somebody who never was, by the names that the documentation gives them. */
export interface World {
  user: string;
  job: string;
  application: string;
  tracking: string;
  document: string;
  filename: string;
  template: string;
  booking: string;
  webhook: string;
  delivery: string;
  erasure: string;
  key: string;
}

/** Ids that look like Bob's and belong to nothing. */
export const NOBODY: World = {
  user: 'user_nobody',
  job: 'job-of-nobody',
  application: 'app-of-nobody',
  tracking: 'lt_calendly_0000000000000000',
  document: randomUUID(),
  filename: 'resume_No_Body_20260101.docx',
  template: randomUUID(),
  booking: randomUUID(),
  webhook: randomUUID(),
  delivery: '999999999',
  erasure: randomUUID(),
  key: randomUUID(),
};

export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

export interface Call {
  method: string;
  path: string;
  body?: unknown;
  key?: string | undefined;
}

export async function send(origin: string, { method, path, body, key }: Call): Promise<Answer> {
  const isJson = body !== undefined && !(body instanceof FormData);
  const response = await fetch(origin + path, {
    method,
    headers: { ...(key && { 'x-api-key': key }), ...(isJson && { 'content-type': 'application/json' }) },
    body: isJson ? JSON.stringify(body) : (body as FormData | undefined),
    // A stream that is let in has no end.
    signal: AbortSignal.timeout(path.includes('/stream') ? 1_000 : 20_000),
  });
  const text = await response.text().catch(() => '');
  return { status: response.status, headers: Object.fromEntries(response.headers), text };
}

/** A browser's click on a link; `mark` shows whose it is. */
export async function click(origin: string, trackingId: string, mark: string): Promise<void> {
  const agent = `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 ${mark}`;
  await request(`${origin}/track/${trackingId}`, { headers: { 'user-agent': agent, accept: 'text/html' } });
}

/** Somebody with a profile, documents, links, clicks, an application, a booking, webhooks and an erasure. */
export async function settle(origin: string, user: 'alice' | 'bob'): Promise<World> {
  const mark = user === 'bob' ? MARK : 'alices own';
  const key = KEYS[user];
  const ids = { user: userOf(user), job: `job-of-${user}`, application: `app-of-${user}` };
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const { status, text } = await send(origin, { method, path, body, key });
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
    return JSON.parse(text);
  };
  const profile = {
    first_name: mark,
    last_name: mark,
    email: `${mark.replace(' ', '-')}@example.com`,
    phone: '+1 555 0100',
    mailing_address: mark,
    calendly_url: `https://calendly.com/${mark.replace(' ', '-')}/30min`,
  };
  await ask('PUT', `/api/candidates/${ids.user}`, profile);
  const resume = await ask<{ document_id: string; filename: string; links: { tracking_id: string }[] }>(
    'POST',
    '/resume',
    {
      personal: { ...profile, full_name: `${mark} ${mark}` },
      job_id: ids.job,
      application_id: ids.application,
      company: mark,
      job_board: mark,
      target_position: mark,
      professional_summary: mark,
    },
  );
  const tracking = resume.links[0]?.tracking_id ?? '';
  const facts = { job_id: ids.job, company: mark, title: mark, job_board: mark };
  await ask('PUT', `/api/applications/${ids.application}`, facts);

  const builtIn = await fetch(`${origin}/templates/modern/file`, { headers: { 'x-api-key': key } });
  const form = new FormData();
  form.set('file', new Blob([await builtIn.arrayBuffer()]), `${mark}.docx`);
  form.set('name', mark);
  const template = await ask<{ template_id: string }>('POST', '/templates', form);

  const webhook = await ask<{ id: string }>('POST', '/api/webhooks', {
    url: `https://hooks.example.com/${mark.replace(' ', '-')}`,
    types: ['click.human', 'booking.recorded'],
    description: mark,
  });
  await ask('POST', `/api/webhooks/${webhook.id}/test`);
  const log = await ask<{ deliveries: { id: string }[] }>('GET', `/api/webhooks/${webhook.id}/deliveries`);

  await click(origin, tracking, mark);
  await book(origin, tracking, mark);
  const bookings = await eventually(async () => {
    const found = await ask<{ bookings: { booking_id: string }[] }>('GET', '/api/bookings');
    if (found.bookings.length === 0) throw new Error('no booking yet');
    return found.bookings;
  });
  await eventually(async () => {
    const { total_clicks } = await ask<{ total_clicks: number }>(
      'GET',
      `/api/link-tracking/job/${ids.job}/links`,
    );
    if (total_clicks === 0) throw new Error('no click yet');
  });
  const gone = { application_id: `app-gone-of-${user}` };
  const erasure = await ask<{ erasure_id?: string; id?: string }>('POST', '/api/privacy/erasures', gone);
  return {
    ...ids,
    tracking,
    document: resume.document_id,
    filename: resume.filename,
    template: template.template_id,
    booking: bookings[0]?.booking_id ?? '',
    webhook: webhook.id,
    delivery: log.deliveries[0]?.id ?? '',
    erasure: erasure.erasure_id ?? erasure.id ?? '',
    key: (await makeKey(origin, { name: mark, user_id: ids.user })).id,
  };
}

/** A key of the database. */
export async function makeKey(origin: string, body: object): Promise<{ id: string; key: string }> {
  const answer = await send(origin, { method: 'POST', path: '/api/keys', body, key: KEYS.service });
  if (answer.status !== 201) throw new Error(`A key was answered ${answer.status}: ${answer.text}`);
  return JSON.parse(answer.text);
}

/** Calendly says that somebody booked through the link. */
async function book(origin: string, trackingId: string, name: string): Promise<void> {
  const uri = `https://api.calendly.com/scheduled_events/EVENT/invitees/${randomUUID()}`;
  const at = new Date().toISOString();
  const body = JSON.stringify({
    event: 'invitee.created',
    created_at: at,
    payload: {
      uri,
      email: 'recruiter@example.com',
      name,
      status: 'active',
      created_at: at,
      event: 'https://api.calendly.com/scheduled_events/EVENT',
      tracking: { utm_source: 'footfall', utm_medium: 'document', utm_content: trackingId },
      scheduled_event: {
        uri: 'https://api.calendly.com/scheduled_events/EVENT',
        name,
        start_time: at,
        end_time: at,
      },
    },
  });
  const seconds = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', CALENDLY_KEY).update(`${seconds}.${body}`).digest('hex');
  const response = await fetch(`${origin}/webhooks/calendly`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'calendly-webhook-signature': `t=${seconds},v1=${signature}`,
    },
    body,
  });
  if (!response.ok) throw new Error(`Calendly's delivery was answered ${response.status}.`);
}

function userOf(name: string): string {
  return `user_${name}`;
}

function sha256(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
