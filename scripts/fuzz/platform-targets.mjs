// What every process reads: settings, key files, request ids; and link-service's own: URLs and bodies.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { analyticsServiceEnv } from '../../dist/apps/analytics-service/src/config.js';
import { documentServiceProcessEnv } from '../../dist/apps/document-service/src/config.js';
import { linkServiceProcessEnv } from '../../dist/apps/link-service/src/config.js';
import { parseDestinationUrl } from '../../dist/apps/link-service/src/destination-url.js';
import {
  createLinkSchema,
  editLinkSchema,
  encodeCursor,
  listLinksSchema,
} from '../../dist/apps/link-service/src/links.schemas.js';
import { redirectGatewayProcessEnv } from '../../dist/apps/redirect-gateway/src/config.js';
import { readKeyFile } from '../../dist/libs/platform/src/access/key-file.js';
import {
  CodedError,
  InvalidConfigError,
  isReservedHost,
  parseEnv,
} from '../../dist/libs/platform/src/index.js';
import { acceptRequestId } from '../../dist/libs/platform/src/request-context.js';
import { damagedJson, damagedText, fields, text } from './hostile.mjs';

const SETTINGS = [
  analyticsServiceEnv,
  documentServiceProcessEnv,
  linkServiceProcessEnv,
  redirectGatewayProcessEnv,
];
const SAMPLES = [
  'true',
  'no',
  '0',
  '-1',
  '65536',
  '10.0.0.0/8, ::1',
  'postgres://a:b@c/d',
  'amqp://a',
  'localhost:1',
  '*',
];
const environment = fc.tuple(
  fc.nat({ max: SETTINGS.length - 1 }),
  fc.array(fc.tuple(fc.nat(), fc.oneof(fc.constantFrom(...SAMPLES), damagedText(...SAMPLES), text)), {
    maxLength: 20,
  }),
);
const rules = { allowPrivateDestinations: false, baseRedirectUrl: 'https://go.example.com/track' };

const scratch = mkdtempSync(join(tmpdir(), 'footfall-fuzz-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const keyFile = join(scratch, 'keys');

export const PLATFORM_TARGETS = [
  {
    name: 'settings',
    input: environment,
    check([number, values]) {
      const schema = SETTINGS[number];
      const names = Object.keys(schema.shape);
      const env = Object.fromEntries(values.map(([place, value]) => [names[place % names.length], value]));
      try {
        parseEnv(schema, env);
      } catch (error) {
        assert.ok(error instanceof InvalidConfigError, error);
        assert.ok(error.problems.length > 0);
      }
    },
  },
  {
    name: 'key-files',
    input: fc.oneof(
      damagedText(`# keys\nci:${'ab'.repeat(32)}\njordan:${'cd'.repeat(32)}:jordan_avery\n`),
      text,
    ),
    check(content) {
      writeFileSync(keyFile, content);
      try {
        assert.ok(readKeyFile(keyFile).size > 0);
      } catch (error) {
        assert.ok(error instanceof InvalidConfigError, error);
      }
    },
  },
  {
    name: 'request-ids',
    input: text,
    check: (offered) => assert.match(acceptRequestId(offered), /^[A-Za-z0-9._:-]{1,100}$/),
  },
  {
    name: 'destination-urls',
    input: fc.oneof(
      damagedText(
        'https://calendly.com/jordan-avery/30min?a=b&c=%20#d',
        'http://127.0.0.1/',
        'https://[::ffff:7f00:1]/',
        'https://bücher.example:8443/straße',
        'https://go.example.com/track/lt_x',
      ),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      text,
    ),
    check(input) {
      let href;
      try {
        href = parseDestinationUrl(input, rules);
      } catch (error) {
        assert.ok(error instanceof CodedError, error);
        return;
      }
      assert.match(href, /^https?:\/\/[!-~]+$/);
      const url = new URL(href);
      assert.ok(!isReservedHost(url.hostname) && url.username === '' && url.password === '');
      assert.equal(parseDestinationUrl(href, rules), href);
    },
  },
  {
    name: 'link-bodies',
    input: damagedJson({
      original_url: 'https://calendly.com/jordan-avery',
      link_function: 'Calendly',
      link_type: 'external',
      job_id: 'job-1',
      description: 'x',
      expires_at: '2099-01-31T18:00:00+01:00',
      destination: 'fixed',
    }),
    check(body) {
      editLinkSchema.safeParse(body);
      const { data } = createLinkSchema.safeParse(body);
      if (data?.description) assert.ok(data.description.isWellFormed() && !data.description.includes('\0'));
    },
  },
  {
    name: 'link-lists',
    input: fields({
      job_id: ['job-1'],
      active: ['true', 'no'],
      limit: ['10', '0', '501', '1e2', ' 7 '],
      cursor: [encodeCursor({ createdAt: new Date(0), trackingId: 'lt_x' })],
    }),
    check(query) {
      const { data } = listLinksSchema.safeParse(query);
      if (data) assert.ok(data.limit >= 1 && data.limit <= 500);
      if (data?.cursor) assert.ok(Number.isFinite(data.cursor.createdAt.getTime()));
    },
  },
];
