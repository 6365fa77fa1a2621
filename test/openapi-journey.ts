import { createHmac } from 'node:crypto';
import { expect } from '@jest/globals';
import { eventually } from '#testing';
import { makeDocx } from './dashboard-data.js';
import type { Recorder } from './openapi-recorder.js';

export const SIGNING_KEY = 'a signing key';

const USER = { user_id: 'jordan_avery' };
const JOB = { job_id: 'job-1', application_id: 'app-1' };
const SAFARI =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15';

/** Every call there is, in the order in which a candidate would come to need them. */
export async function makeEveryCall(api: Recorder, { receiver }: { receiver: string }): Promise<void> {
  await lookAtHealth(api);
  await keepProfile(api);
  await chooseTemplates(api);
  const calendly = await makeDocuments(api);
  await makeLinks(api);
  await tellReceiver(api, receiver);
  await reportClicks(api, calendly);
  await followApplications(api);
  await readAnswers(api, calendly);
  await takeBookings(api, calendly);
  await useRights(api);
  await keepKeys(api);
  await tidyUp(api);
}

async function lookAtHealth(api: Recorder) {
  await api.call('HealthController_live');
  await api.call('HealthController_ready');
  await api.call('LinkTrackingHealthController_report');
  await api.call('MetricsController_read');
}

async function keepProfile(api: Recorder) {
  const profile = {
    first_name: 'Jordan',
    last_name: 'Avery',
    email: 'jordan@example.com',
    calendly_url: 'https://calendly.com/jordan-avery/30min',
    linkedin_url: 'https://www.linkedin.com/in/jordan-avery-example',
  };
  await api.call('CandidatesController_put', { parameters: USER, body: profile });
  const portfolio_url = 'https://jordan-avery.example.com/work';
  await api.call('CandidatesController_patch', { parameters: USER, body: { portfolio_url } });
  await api.call('CandidatesController_get', { parameters: USER });
}

async function chooseTemplates(api: Recorder) {
  const form = new FormData();
  form.set('file', new File([new Uint8Array(makeDocx('Dear {{recipient.name}}'))], 'letter.docx'));
  form.set('name', 'My letter');
  form.set('kind', 'cover_letter');
  const template = (await api.call('TemplatesController_upload', { body: form })).at('template_id');
  await api.call('TemplatesController_list');
  await api.call('TemplatesController_get', { parameters: { id: template } });
  await api.call('TemplatesController_download', { parameters: { id: template } });
  const defaults = { resume: 'modern', cover_letter: 'modern' };
  await api.call('TemplatesController_putDefaults', { parameters: USER, body: defaults });
  await api.call('TemplatesController_getDefaults', { parameters: USER });
  await api.call('TemplatesController_delete', { parameters: { id: template } });
}

/** Answers the tracking id of the resume's Calendly link. */
async function makeDocuments(api: Recorder): Promise<string> {
  const resume = await api.call('DocumentsController_generateResume', {
    body: {
      ...USER,
      ...JOB,
      company: 'Tech Corp',
      job_board: 'LinkedIn',
      target_position: 'Marketing Manager',
      personal: { full_name: 'Jordan Avery', email: 'jordan@example.com' },
      professional_summary: 'Twelve years of marketing.',
      experience: [{ company: 'Quill Foods', title: 'Strategist', start_date: '2019-03' }],
      skills: { technical: ['SQL'], soft: ['Writing'] },
    },
  });
  await api.call('DocumentsController_generateCoverLetter', {
    body: {
      ...USER,
      ...JOB,
      personal: { full_name: 'Jordan Avery', email: 'jordan@example.com' },
      recipient: { name: 'Morgan Ellis', company: 'Tech Corp' },
      position: { title: 'Marketing Manager' },
      content: {
        opening_paragraph: 'I am glad to apply.',
        body_paragraphs: [],
        closing_paragraph: 'Thanks.',
      },
    },
  });
  await api.call('DocumentsController_download', { parameters: { filename: resume.at('filename') } });
  const document = { id: resume.at('document_id') };
  await api.call('DocumentsController_downloadById', { parameters: { ...document, format: 'docx' } });
  await api.call('DocumentsController_remove', { parameters: document });
  return resume.at('links', 0, 'tracking_id');
}

async function makeLinks(api: Recorder) {
  const link = {
    ...USER,
    ...JOB,
    original_url: 'https://github.com/jordan-avery',
    link_function: 'GitHub',
    description: 'Under the skills',
  };
  const made = await api.call('LinksController_create', { body: link });
  expect((await api.call('LinksController_create', { body: link })).status).toBe(200);
  const id = { id: made.at('tracking_id') };
  await api.call('LinksController_list', { parameters: { ...JOB, limit: '2' } });
  await api.call('LinksController_csv', { parameters: JOB });
  await api.call('LinksController_lookup', { parameters: id });
  const ending = { expires_at: '2031-06-30T18:00:00Z', fallback_url: 'https://jordan-avery.example.com/' };
  await api.call('LinkEditingController_edit', { parameters: id, body: ending });
  await api.call('LinkEditingController_deactivate', { parameters: id });
  await api.call('LinkEditingController_reactivate', { parameters: id });
  await api.call('LinkEditingController_deactivateAll', { body: { application_id: 'app-1' } });
  await api.call('LinkEditingController_reactivateAll', { body: { application_id: 'app-1' } });
  const job_data = {
    company_website: 'https://tech-corp.example.com/',
    apply_url: 'https://jobs.example.com/1',
  };
  await api.call('ApplicationLinksController_create', { body: { ...USER, ...JOB, job_data } });
}

async function tellReceiver(api: Recorder, url: string) {
  const made = await api.call('WebhooksController_create', {
    body: { url, types: ['click.human', 'booking.recorded'], description: 'My notebook' },
  });
  const id = { id: made.at('id') };
  await api.call('WebhooksController_list');
  await api.call('WebhooksController_get', { parameters: id });
  await api.call('WebhooksController_change', { parameters: id, body: { description: 'My own notebook' } });
  await api.call('WebhooksController_rotateSecret', { parameters: id });
  await api.call('WebhookDeliveriesController_test', { parameters: id });
  const log = await api.call('WebhookDeliveriesController_list', { parameters: { ...id, limit: '20' } });
  const again = { ...id, delivery_id: log.at('deliveries', 0, 'id') };
  await api.call('WebhookDeliveriesController_replay', { parameters: again });
  await api.call('WebhookDeliveriesController_replaySince', {
    parameters: id,
    body: { since: '2026-01-31T18:00:00Z', all: false },
  });
  await api.call('WebhooksController_remove', { parameters: id });
}

async function reportClicks(api: Recorder, tracking_id: string) {
  await api.call('OwnClicksController_begin', { body: USER });
  await api.call('OwnClicksController_end');
  const click = { tracking_id, clicked_at: '2026-01-31T18:00:00Z', user_agent: SAFARI };
  await eventually(async () => {
    // Analytics knows the link a moment after it was made.
    await api.call('RecordClickController_record', { body: { ...click, ip_address: '198.51.100.7' } });
  });
  await api.call('TrackingIngestController_ingest', {
    body: { events: [{ ...click, event_id: 'click-1' }] },
  });
  const unknown = { ...click, tracking_id: 'lt_calendly_0000000000000000' };
  const partly = {
    events: [
      { ...click, event_id: 'click-2' },
      { ...unknown, event_id: 'click-3' },
    ],
  };
  expect((await api.call('TrackingIngestController_ingest', { body: partly })).status).toBe(207);
  await api.call('ClicksController_csv', {
    parameters: { tracking_id, from: '2026-01-01', to: '2026-02-01' },
  });
  const stream = api.call('ClicksController_stream', { parameters: { tracking_id }, until: '\ndata:' });
  const reporting = setInterval(() => {
    const now = { ...click, clicked_at: new Date().toISOString() };
    api.call('RecordClickController_record', { body: now }).catch(() => undefined);
  }, 200);
  await stream.finally(() => clearInterval(reporting));
}

async function followApplications(api: Recorder) {
  const parameters = { id: 'app-2' };
  const application = {
    job_id: 'job-2',
    company: 'Harbour & Pine',
    title: 'Brand Lead',
    sent_at: '2026-01-31',
  };
  await api.call('ApplicationsController_edit', { parameters, body: application });
  await api.call('ApplicationsController_edit', { parameters, body: { outcome: 'interview' } });
  await eventually(async () => {
    const { json } = await api.call('ApplicationsController_get', { parameters: { id: 'app-1' } });
    expect(json).toMatchObject({
      company: 'Tech Corp',
      functions: expect.arrayContaining([expect.anything()]),
    });
  });
  const search = { parameters: { sort: 'score', q: 'tech' } };
  await api.call('ApplicationsController_list', search);
  await api.call('ApplicationsController_csv', search);
}

async function readAnswers(api: Recorder, tracking_id: string) {
  const year = { from: '2026-01-01', to: '2026-12-31', timezone: 'Europe/Berlin' };
  await api.call('AnalyticsController_linkAnalytics', { parameters: { id: tracking_id, limit: '2' } });
  await api.call('AnalyticsController_jobLinks', { parameters: { job_id: 'job-1' } });
  await api.call('AnalyticsController_applicationLinks', { parameters: { id: 'app-1' } });
  await api.call('AnalyticsController_report', { parameters: { days: '7' } });
  const funnel = { ...year, group_by: 'job_board', compare: 'previous' };
  await api.call('InsightsController_funnel', { parameters: funnel });
  await api.call('InsightsController_funnelCsv', { parameters: { ...year, group_by: 'job_board' } });
  await api.call('InsightsController_jobs', { parameters: { ...year, compare: 'previous' } });
  await api.call('InsightsController_jobsCsv', { parameters: year });
  await api.call('InsightsController_sources', { parameters: { ...year, compare: 'previous' } });
  await api.call('InsightsController_sourcesCsv', { parameters: year });
  await api.call('InsightsController_engagementSummary', { parameters: year });
  await api.call('InsightsController_engagementToOutcome', { parameters: year });
  await api.call('InsightsController_linkFunctionEffectiveness', { parameters: year });
  await api.call('InsightsController_applicationEngagement', { parameters: { id: 'app-1' } });
}

async function takeBookings(api: Recorder, trackingId: string) {
  const startsAt = Date.now() + 86_400_000;
  const moment = (ms: number) => new Date(ms).toISOString();
  const at = moment(Date.now());
  await deliver(api, 'calendly', {
    event: 'invitee.created',
    created_at: at,
    payload: {
      uri: 'https://api.calendly.com/scheduled_events/EVENT/invitees/A',
      email: 'riley@example.com',
      name: 'Riley Recruiter',
      created_at: at,
      event: 'https://api.calendly.com/scheduled_events/EVENT',
      rescheduled: false,
      tracking: { utm_source: 'footfall', utm_medium: 'document', utm_content: trackingId },
      scheduled_event: { start_time: moment(startsAt), end_time: moment(startsAt + 1_800_000) },
    },
  });
  const booking = await eventually(async () => {
    const { at } = await api.call('BookingsController_list');
    return { id: at('bookings', 0, 'booking_id') };
  });
  await api.call('BookingsController_get', { parameters: booking });
  await api.call('BookingsController_detach', { parameters: booking });
  const attribution = { parameters: booking, body: { tracking_id: trackingId } };
  await api.call('BookingsController_attribute', attribution);
  await deliver(api, 'calcom', { triggerEvent: 'BOOKING_CREATED', createdAt: at, payload: { uid: 1 } });
  await deliver(api, 'savvycal', { type: 'ping', id: 'payload_1', occurred_at: at, payload: {} });
  const parked = await eventually(async () => {
    const { json, at } = await api.call('BookingsController_deliveries');
    expect(json).toMatchObject({ deliveries: [{ state: 'parked' }] });
    return { id: at('deliveries', 0, 'delivery_id') };
  });
  await api.call('BookingsController_retry', { parameters: parked });
  await eventually(async () => {
    const { json } = await api.call('ApplicationsController_timeline', {
      parameters: { id: 'app-1', limit: '5' },
    });
    expect(json).toMatchObject({
      entries: expect.arrayContaining([{ kind: 'booking' }].map(expect.objectContaining)),
    });
  });
}

/** Signed as each service signs. */
async function deliver(api: Recorder, provider: 'calendly' | 'calcom' | 'savvycal', delivery: object) {
  const body = JSON.stringify(delivery);
  const seconds = Math.floor(Date.now() / 1_000);
  const sign = (text: string) => createHmac('sha256', SIGNING_KEY).update(text).digest('hex');
  const [name, value] = {
    calendly: ['calendly-webhook-signature', `t=${seconds},v1=${sign(`${seconds}.${body}`)}`] as const,
    calcom: ['x-cal-signature-256', sign(body)] as const,
    savvycal: ['x-savvycal-signature', `sha256=${sign(body).toUpperCase()}`] as const,
  }[provider];
  await api.call(`BookingWebhooksController_${provider}`, { body, headers: { [name]: value } });
}

async function useRights(api: Recorder) {
  await api.call('PrivacyController_export', { parameters: USER });
  await api.call('PrivacyController_anonymize', { body: { ...USER, older_than_days: 1 } });
  const { at } = await api.call('PrivacyController_erase', { body: { application_id: 'app-2' } });
  await eventually(async () => {
    const { json } = await api.call('PrivacyController_get', { parameters: { id: at('erasure_id') } });
    expect(json).toMatchObject({ status: 'done' });
  });
  await api.call('PrivacyController_list', { parameters: { limit: '20' } });
  await api.call('PrivacyController_replay');
}

async function keepKeys(api: Recorder) {
  const made = await api.call('KeysController_create', {
    body: { name: 'My notebook', scopes: ['analytics:read'], expires_at: '2031-06-30T18:00:00Z' },
  });
  const id = { id: made.at('id') };
  await api.call('SessionController_begin', {
    body: { key: made.at('key') },
    headers: { 'x-footfall-client': 'journey' },
  });
  await api.call('SessionController_get');
  await api.call('SessionController_end');
  await api.call('KeysController_list');
  await api.call('KeysController_get', { parameters: id });
  await api.call('KeysController_change', { parameters: id, body: { name: 'My other notebook' } });
  await api.call('KeysController_rotate', { parameters: id, body: { overlap_hours: 1 } });
  await api.call('KeysController_revoke', { parameters: id });
  await api.call('AuditController_list', { parameters: { limit: '3' } });
}

async function tidyUp(api: Recorder) {
  await api.call('CandidatesController_delete', { parameters: USER });
}
