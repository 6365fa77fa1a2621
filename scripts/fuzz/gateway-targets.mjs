// What visitors, proxies and disks hand to the gateway.
import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import fc from 'fast-check';
import { judgeClick } from '../../dist/apps/analytics-service/src/ingest/judge-click.js';
import {
  MAX_PAYLOAD_BYTES,
  RecordEncoder,
  scanRecords,
} from '../../dist/apps/redirect-gateway/src/journal/record.js';
import { locationOf } from '../../dist/apps/redirect-gateway/src/replica/location.js';
import { buildClickEvent } from '../../dist/apps/redirect-gateway/src/track/click-event.js';
import { ownClickRule } from '../../dist/apps/redirect-gateway/src/track/own-click.js';
import { kindOf } from '../../dist/apps/redirect-gateway/src/track/request-kind.js';
import { clickRecorded, isTrackingId } from '../../dist/libs/contracts/src/index.js';
import {
  clientReader,
  normaliseAddress,
  parseNetworks,
} from '../../dist/libs/platform/src/client-address.js';
import { damagedBytes, damagedText, text } from './hostile.mjs';

const ID = 'lt_calendly_abc123';
const RECORDS = ['{"event_id":"1","user_agent":"Mozilla/5.0"}', '{}', `{"a":"${'é'.repeat(300)}"}`];
const journal = Buffer.from(new RecordEncoder().encode(RECORDS).bytes);

const AGENTS = [
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0',
  'Mozilla/4.0 (compatible; ms-office; MSOffice 16)',
  'Googlebot/2.1 (+http://www.google.com/bot.html)',
  'curl/8.5.0',
];
const headers = fc.record(
  {
    'user-agent': fc.oneof(damagedText(...AGENTS), text),
    referer: fc.oneof(fc.webUrl(), text),
    accept: text,
    'accept-language': fc.oneof(fc.constant('en'), text),
    cookie: fc.oneof(text, damagedText('a=b; footfall_own=jordan; c=d')),
    dnt: fc.constantFrom('0', '1'),
    purpose: fc.constantFrom('prefetch', 'x'),
    'sec-fetch-mode': fc.oneof(fc.constantFrom('navigate', 'cors'), text),
    'sec-fetch-dest': fc.oneof(fc.constantFrom('document', 'image'), text),
    'sec-ch-ua': fc.oneof(damagedText('"Chromium";v="142", "Not_A Brand";v="99"'), text),
    'x-forwarded-for': fc.oneof(fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), text)).map(String), text),
    'x-forwarded-proto': fc.oneof(fc.constantFrom('https', 'http'), text),
  },
  { requiredKeys: [] },
);
const link = {
  facts: `"tracking_id":"${ID}","user_id":"jordan","link_function":"Calendly"`,
};
const readClient = clientReader(parseNetworks(['0.0.0.0/0', '::/0']));
const isOwn = ownClickRule(parseNetworks(['10.0.0.0/8']));

export const GATEWAY_TARGETS = [
  {
    name: 'journal-bytes',
    input: fc.oneof(
      damagedBytes(journal, Buffer.concat([journal, journal])),
      fc.uint8Array({ maxLength: 400 }),
    ),
    check(input) {
      const bytes = Buffer.from(input);
      const { records, consumed, tornBytes, validEnd } = scanRecords(bytes);
      assert.equal(consumed, bytes.length);
      const kept = bytes.length - tornBytes;
      assert.ok(kept >= records.length * 10 && validEnd <= bytes.length);
      for (const record of records) assert.ok(record.startsWith('{') && record.endsWith('}'));
      const pieces = scanInPieces(bytes);
      assert.deepEqual(pieces, records);
    },
  },
  {
    name: 'click-headers',
    input: fc.tuple(headers, fc.oneof(fc.ipV4(), fc.ipV6(), text, fc.constant(undefined)), text),
    check([given, remoteAddress, method]) {
      const client = readClient({ socket: { remoteAddress }, headers: given });
      assert.ok(client.ip === undefined || isIP(client.ip) > 0);
      const hit = { link, answer: 'redirect', method, headers: given, client };
      kindOf(method, given);
      const event = buildClickEvent(hit, Date.now(), isOwn(hit));
      assert.ok(Buffer.byteLength(event) <= MAX_PAYLOAD_BYTES);
      const row = judgeClick(clickRecorded.parse(event), () => undefined);
      assert.ok(
        row.score >= 0 && row.score <= 100 && row.facts.isWellFormed() && !row.facts.includes('\\u0000'),
      );
    },
  },
  {
    name: 'client-addresses',
    input: fc.oneof(
      damagedText('203.0.113.7:443', '[2001:db8::1]:443', '::ffff:10.0.0.1', 'fe80::1%eth0'),
      text,
    ),
    check(input) {
      const address = normaliseAddress(input);
      if (address === undefined) return;
      assert.ok(isIP(address) > 0);
      assert.equal(normaliseAddress(address), address);
    },
  },
  {
    name: 'tracking-ids',
    input: fc.oneof(damagedText(ID, 'lt_0123456789abcdef'), text),
    check(input) {
      if (isTrackingId(input)) assert.equal(encodeURIComponent(input), input);
    },
  },
  {
    name: 'locations',
    input: fc.oneof(
      damagedText(
        'https://calendly.com/j?utm_source=x&a=1#b',
        'https://cal.com/j?metadata[click_id]=1',
        'https://savvycal.com/j',
      ),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
    ),
    check(originalUrl) {
      const location = locationOf({ originalUrl, trackingId: ID });
      if (location === undefined) return;
      assert.match(location, /^https?:\/\/[\x21-\x7e]+$/i);
      assert.equal(new URL(location).host, new URL(originalUrl).host);
    },
  },
];

function scanInPieces(bytes) {
  const found = [];
  for (let at = 0; at < bytes.length; ) {
    const { records, consumed } = scanRecords(bytes.subarray(at), { limit: 1 });
    found.push(...records);
    assert.ok(consumed > 0);
    at += consumed;
  }
  return found;
}
