// What reaches analytics: events, reports of others, bookings, agents, addresses and what callers narrow answers by.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  answerFilterSchema,
  readPeriod,
  readCursor as readPlace,
} from '../../dist/apps/analytics-service/src/answers/answer-filter.js';
import {
  editApplicationSchema,
  listApplicationsSchema,
  timelineSchema,
} from '../../dist/apps/analytics-service/src/applications/application.schemas.js';
import {
  readCursor,
  writeCursor,
} from '../../dist/apps/analytics-service/src/applications/application-sorts.js';
import { UnreadableDeliveryError } from '../../dist/apps/analytics-service/src/bookings/booking-fact.js';
import { listBookingsSchema } from '../../dist/apps/analytics-service/src/bookings/bookings.schemas.js';
import { PROVIDERS } from '../../dist/apps/analytics-service/src/bookings/providers/providers.js';
import { isSignedBy } from '../../dist/apps/analytics-service/src/bookings/webhook-signature.js';
import { findNetwork } from '../../dist/apps/analytics-service/src/classification/networks.js';
import { clickFilterSchema } from '../../dist/apps/analytics-service/src/clicks/click-filter.js';
import { readAgent } from '../../dist/apps/analytics-service/src/enrichment/read-agent.js';
import {
  reportedClickSchema,
  toKeptMetadata,
} from '../../dist/apps/analytics-service/src/http/reported-click.js';
import { cleanText } from '../../dist/apps/analytics-service/src/ingest/text-column.js';
import {
  funnelSchema,
  insightSchema,
  jobsSchema,
  sourcesSchema,
} from '../../dist/apps/analytics-service/src/insights/insights.schemas.js';
import { readRetryAfterMs } from '../../dist/apps/analytics-service/src/notifications/retry-schedule.js';
import { parseWebhookUrl } from '../../dist/apps/analytics-service/src/notifications/webhook-url.js';
import {
  createWebhookSchema,
  listDeliveriesSchema,
} from '../../dist/apps/analytics-service/src/notifications/webhooks.schemas.js';
import {
  EVENTS,
  findTraceparent,
  InvalidEventError,
  parseTraceparent,
} from '../../dist/libs/contracts/src/index.js';
import { decodeBody, encodeBody } from '../../dist/libs/events/src/message-body.js';
import { CodedError, isReservedHost } from '../../dist/libs/platform/src/index.js';
import { damagedBytes, damagedJson, damagedText, fields, json, text } from './hostile.mjs';

const EVENT = {
  event_id: '0199b4c2-7c00-7000-8000-000000000001',
  occurred_at: '2026-01-02T03:04:05.678Z',
  tracking_id: 'lt_calendly_abc123',
  user_id: 'jordan_avery',
  link_function: 'Calendly',
  answer: 'redirect',
  method: 'GET',
  secure: false,
  do_not_track: false,
  headers: { accept: '*/*' },
  revision: 7,
  link_type: 'external',
  original_url: 'https://calendly.com/jordan-avery',
  redirect_url: 'http://localhost:5000/track/lt_calendly_abc123',
  is_active: true,
  created_at: '2026-01-01T00:00:00Z',
};
const TRACEPARENT = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;
const AT = '2026-05-04T10:00:00.000Z';
const DELIVERIES = {
  calendly: {
    event: 'invitee.created',
    created_at: AT,
    payload: {
      uri: 'https://api.calendly.com/scheduled_events/E/invitees/A',
      email: 'riley@example.com',
      name: 'Riley Recruiter',
      created_at: AT,
      rescheduled: false,
      old_invitee: null,
      tracking: { utm_content: 'lt_calendly_abc123' },
      scheduled_event: { start_time: AT, end_time: AT },
    },
  },
  calcom: {
    triggerEvent: 'BOOKING_CREATED',
    createdAt: AT,
    payload: {
      uid: 'A',
      startTime: AT,
      endTime: AT,
      attendees: [{ name: 'Riley Recruiter', email: 'riley@example.com' }],
      metadata: { click_id: 'lt_calendly_abc123' },
    },
  },
  savvycal: {
    id: 'd',
    type: 'event.created',
    occurred_at: AT,
    payload: {
      id: 'A',
      state: 'confirmed',
      start_at: AT,
      end_at: AT,
      scheduler: { email: 'riley@example.com' },
      metadata: {},
    },
  },
};
const ORDERING = { sort: 'sent', order: 'desc' };
const CURSORS = [
  writeCursor(ORDERING, { key: '2026-01-01 00:00:00+00', userId: 'jordan', applicationId: 'app-1' }),
  Buffer.from('["2026-01-01 00:00:00+00","0199b4c2-7c00-7000-8000-000000000001"]').toString('base64url'),
  Buffer.from('12').toString('base64url'),
];
const QUERY = {
  from: ['2026-01-01', '2026-01-01T00:00:00Z', '0000-01-01', '9999-12-31T23:59:59Z'],
  to: ['2026-01-31', '2026-01-31T12:00:00Z'],
  days: ['7', '366'],
  timezone: ['UTC', 'Europe/Vienna', 'America/St_Johns', '+05:30', 'Etc/GMT+14'],
  class: ['human', 'human,machine'],
  user_id: ['jordan_avery'],
  job_id: ['job-1'],
  function: ['Calendly'],
  limit: ['10'],
  cursor: CURSORS,
  sort: ['sent', 'score'],
  order: ['asc', 'desc'],
  q: ['tech'],
  group_by: ['company'],
};

/** Callers are refused in words of ours, and nothing else is thrown over what they send. */
function orRefused(act) {
  try {
    return act();
  } catch (error) {
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}

export const ANALYTICS_TARGETS = [
  {
    name: 'events',
    input: fc.tuple(
      fc.oneof(
        damagedJson(EVENT).map((event) => JSON.stringify(event)),
        damagedText(JSON.stringify(EVENT)),
        text,
      ),
      fc.constantFrom(...EVENTS),
    ),
    check([input, definition]) {
      try {
        const event = definition.parse(input);
        assert.ok(JSON.stringify(event).length < 1_000_000);
      } catch (error) {
        assert.ok(error instanceof InvalidEventError, error);
      }
    },
  },
  {
    name: 'messages',
    input: damagedBytes(encodeBody([JSON.stringify(EVENT), '{}']), '[{"a":1},\n"b"]', '[]'),
    check(input) {
      const events = decodeBody(Buffer.from(input));
      assert.ok(events === undefined || events.every((event) => typeof event === 'string'));
    },
  },
  {
    name: 'trace-contexts',
    input: fc.oneof(damagedText(TRACEPARENT, JSON.stringify({ traceparent: TRACEPARENT })), text),
    check(input) {
      for (const span of [parseTraceparent(input), findTraceparent(input)]) {
        if (span) assert.match(`${span.traceId}-${span.spanId}`, /^[0-9a-f]{32}-[0-9a-f]{16}$/);
      }
    },
  },
  {
    name: 'agents',
    input: fc.oneof(
      damagedText(
        'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1',
        'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
        'Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/537.36 SamsungBrowser/4.0 TV Safari/537.36',
      ),
      text,
    ),
    check(agent) {
      for (const fact of Object.values(readAgent(agent))) assert.ok(fact === undefined || fact.length <= 60);
    },
  },
  {
    name: 'networks',
    input: fc.oneof(fc.ipV4(), fc.ipV6(), damagedText('203.0.113.7', '2001:db8::1', '::ffff:10.0.0.1'), text),
    check(address) {
      const network = findNetwork(address);
      assert.ok(network === undefined || network.name !== '');
    },
  },
  {
    name: 'booking-deliveries',
    input: fc
      .constantFrom('calendly', 'calcom', 'savvycal')
      .chain((name) => fc.tuple(fc.constant(name), fc.oneof(damagedJson(DELIVERIES[name]), json))),
    check([name, delivery]) {
      const provider = PROVIDERS[name];
      provider.identify(delivery);
      provider.nameEvent(delivery);
      try {
        const reading = JSON.stringify(provider.read(delivery));
        assert.ok(reading.length < 20_000);
        assert.doesNotMatch(reading, /\\u0000|\\ud[89a-f]/i);
      } catch (error) {
        assert.ok(error instanceof UnreadableDeliveryError, error);
      }
    },
  },
  {
    name: 'booking-signatures',
    input: fc.tuple(
      fc.constantFrom('calendly', 'calcom', 'savvycal'),
      fc.oneof(damagedText(`t=1760000000,v1=${'ab'.repeat(32)}`, `sha256=${'AB'.repeat(32)}`), text),
    ),
    check([name, header]) {
      const signature = PROVIDERS[name].readSignature(header);
      if (signature) assert.equal(isSignedBy(['a key', 'another'], signature, Buffer.from('{}')), false);
    },
  },
  {
    name: 'reported-clicks',
    input: damagedJson({
      tracking_id: 'lt_calendly_abc123',
      clicked_at: '2026-01-02T03:04:05+01:00',
      ip_address: '203.0.113.7',
      user_agent: 'curl',
      session_id: 's',
      metadata: { campaign: { ip: '203.0.113.7', x: [1] } },
    }),
    check(report) {
      const { data } = reportedClickSchema.safeParse(report);
      const metadata = data && toKeptMetadata(data.metadata);
      if (metadata) assert.ok(metadata.isWellFormed() && !metadata.includes('\\u0000'));
    },
  },
  {
    name: 'filters',
    input: fields(QUERY),
    check(query) {
      for (const schema of [clickFilterSchema, listApplicationsSchema, timelineSchema, listBookingsSchema])
        schema.safeParse(query);
      for (const schema of [insightSchema, funnelSchema, jobsSchema, sourcesSchema, listDeliveriesSchema])
        schema.safeParse(query);
      const { data } = answerFilterSchema.safeParse(query);
      const period = data && orRefused(() => readPeriod(data, new Date('2026-02-01T00:00:00Z')));
      if (period?.from && period.to) assert.ok(period.from < period.to);
    },
  },
  {
    name: 'cursors',
    input: fc.oneof(
      damagedText(...CURSORS),
      text,
      fc
        .oneof(
          json,
          damagedJson(['sent', 'desc', 'infinity', 'jordan', 'app-1'], ['infinity', EVENT.event_id], 12),
        )
        .map((value) => Buffer.from(JSON.stringify(value) ?? '').toString('base64url')),
    ),
    check(cursor) {
      const position = readCursor(cursor, ORDERING);
      if (position) assert.deepEqual(readCursor(writeCursor(ORDERING, position), ORDERING), position);
      const place = orRefused(() => readPlace(cursor));
      assert.ok(place === undefined || Number.isSafeInteger(place));
      for (const schema of [timelineSchema, listBookingsSchema, listDeliveriesSchema])
        schema.safeParse({ cursor });
    },
  },
  {
    name: 'application-edits',
    input: damagedJson({
      company: 'Tech Corp',
      title: 'Manager',
      job_board: 'LinkedIn',
      sent_at: AT,
      outcome: 'interview',
    }),
    check(edit) {
      const { data } = editApplicationSchema.safeParse(edit);
      for (const value of Object.values(data ?? {}))
        if (typeof value === 'string') assert.ok(value.isWellFormed() && !value.includes('\0'));
    },
  },
  {
    name: 'webhook-urls',
    input: fc.oneof(
      damagedText(
        'https://example.com:8443/hooks?a=1',
        'https://[2606:4700::1]/',
        'https://127.0.0.1/',
        'https://0x7f.1/',
      ),
      fc.webUrl(),
      text,
    ),
    check(input) {
      const url = orRefused(() => parseWebhookUrl(input, false));
      if (url === undefined) return;
      assert.match(url, /^https:\/\/[!-~]+$/);
      assert.equal(isReservedHost(new URL(url).hostname), false);
      assert.equal(parseWebhookUrl(url, false), url);
    },
  },
  {
    name: 'webhook-bodies',
    input: fc.tuple(
      damagedJson({ url: 'https://example.com/', types: ['application.opened'], user_id: 'jordan' }),
      text,
    ),
    check([body, retryAfter]) {
      createWebhookSchema.safeParse(body);
      const delay = readRetryAfterMs(retryAfter);
      assert.ok(delay === undefined || delay >= 0);
    },
  },
  {
    name: 'stored-text',
    input: text,
    check(input) {
      const clean = cleanText(input);
      assert.ok(clean.isWellFormed() && !clean.includes('\0'));
    },
  },
];
