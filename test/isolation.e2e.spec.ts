import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, freePort } from '#testing';
import { describeIsolation } from './isolation/documentation.js';
import { callGrpc, GRPC, type GrpcAnswer } from './isolation/grpc-table.js';
import { type Outcome, REST, type Row } from './isolation/rest-table.js';
import {
  type Answer,
  CALENDLY_KEY,
  click,
  KEY_FILE,
  KEYS,
  MARK,
  makeKey,
  NOBODY,
  send,
  settle,
  type World,
} from './isolation/world.js';
import { listOperations, type OpenApi } from './openapi-requests.js';
import { newDataDir, type RunningSystem, startSystem } from './running-system.js';

let system: RunningSystem;
let alice: World;
let bob: World;

beforeAll(async () => {
  const port = await freePort([0, 1000]);
  const keyFile = join(tmpdir(), `isolation-keys-${port}`);
  writeFileSync(keyFile, KEY_FILE);
  system = await startSystem({
    script: 'dist/apps/standalone/src/main.js',
    readyLine: /ready on http/,
    env: {
      PORT: String(port),
      GRPC_PORT: String(port + 1000),
      DATA_DIR: newDataDir(),
      LOG_LEVEL: 'fatal',
      PDF_CONVERTER: 'none',
      RATE_LIMIT_PER_MINUTE: '0',
      ADDRESS_RATE_LIMIT_PER_MINUTE: '0',
      API_KEYS_FILE: keyFile,
      CALENDLY_WEBHOOK_SIGNING_KEY: CALENDLY_KEY,
    },
    url: `http://127.0.0.1:${port}`,
    timeoutMs: 60_000,
  });
  [alice, bob] = await Promise.all([settle(system.url, 'alice'), settle(system.url, 'bob')]);
}, 120_000);

afterAll(async () => {
  await system?.stop();
}, 60_000);

/** What differs between two answers that say the same: ids that were asked for, and what every answer has of its own. */
function withoutNames({ status, headers, text }: Answer, asked: World) {
  const { date: _date, 'content-length': _length, ...rest } = headers;
  let said = JSON.stringify({ status, headers: rest, text });
  for (const [name, id] of Object.entries(asked).toSorted(([, a], [, b]) => b.length - a.length)) {
    if (id.length >= 6) said = said.replaceAll(id, `<${name}>`);
  }
  return said
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>')
    .replaceAll(/lt_[a-z_]+_[A-Za-z0-9]{16}/g, '<new link>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>');
}

const ask = (row: Row, of: World, key?: string) => {
  const [method = ''] = row.call.split(' ');
  return send(system.url, { method, path: row.path(of), body: row.body?.(of), key });
};

/** Statuses of each outcome. */
const EXPECTED = { nothing: /40[34]/, own: /2../, services: /403/, public: /.../ };

const EXPECTED_OVER_GRPC = {
  nothing: [status.NOT_FOUND, status.PERMISSION_DENIED],
  own: [status.OK],
  services: [status.PERMISSION_DENIED],
};

/** Otherwise both requests are one, and what it answers may change meanwhile. */
const namesSomebody = ({ path, body }: Row) =>
  path(bob) !== path(NOBODY) || JSON.stringify(body?.(bob)) !== JSON.stringify(body?.(NOBODY));

const names = (row: Row) => `${row.call} ${row.how}`;

describe('the key of one user', () => {
  it('gets of another what it gets of nobody: refusals in the same words, and nothing else', async () => {
    const leaks: string[] = [];
    for (const row of REST) {
      const ofBob = await ask(row, bob, KEYS.alice);
      const ofNobody = await ask(row, NOBODY, KEYS.alice);
      const [said, expected] = [withoutNames(ofBob, bob), withoutNames(ofNobody, NOBODY)];
      const isAsMeant = EXPECTED[row.outcome].test(String(ofBob.status));
      if (!isAsMeant || JSON.stringify(ofBob).includes(MARK)) leaks.push(`${names(row)}: ${said}`);
      if (namesSomebody(row) && said !== expected) leaks.push(`${names(row)}: ${said} not ${expected}`);
    }
    expect(leaks).toEqual([]);
  }, 60_000);

  it('hears nothing of another’s clicks in the live feed', async () => {
    const abort = new AbortController();
    const stream = await fetch(`${system.url}/api/clicks/stream`, {
      headers: { 'x-api-key': KEYS.alice },
      signal: abort.signal,
    });
    let heard = '';
    const reading = (async () => {
      for await (const chunk of stream.body ?? []) heard += Buffer.from(chunk).toString();
    })().catch(() => undefined);
    try {
      await click(system.url, bob.tracking, MARK);
      await click(system.url, alice.tracking, 'alice');
      await eventually(() => expect(heard).toContain(alice.tracking));
      expect(heard).not.toContain(bob.tracking);
      expect(heard).not.toContain(MARK);
    } finally {
      abort.abort();
      await reading;
    }
  });

  it('has changed nothing of the other’s, who may do all of this', async () => {
    const refused: string[] = [];
    const rows = REST.filter(({ outcome, ownerMay }) => outcome !== 'public' && ownerMay !== false);
    for (const row of [...rows.filter(({ isLast }) => !isLast), ...rows.filter(({ isLast }) => isLast)]) {
      const answer = await ask(row, bob, KEYS.bob);
      if (answer.status >= 300) refused.push(`${names(row)}: ${answer.status} ${answer.text}`);
      if (/taken/i.test(answer.text) && !row.isLast)
        refused.push(`${names(row)} was changed: ${answer.text}`);
    }
    expect(refused).toEqual([]);
  }, 60_000);
});

describe('the key of one user, over gRPC,', () => {
  it('gets of another what it gets of nobody', async () => {
    const leaks: string[] = [];
    await forEachGrpcCall(async ({ name, outcome, ask }) => {
      const [ofBob, ofNobody] = [await ask(bob, KEYS.alice), await ask(NOBODY, KEYS.alice)];
      const isAsMeant = EXPECTED_OVER_GRPC[outcome].includes(ofBob.code);
      if (!isAsMeant || ofBob.said.includes(MARK) || ofBob.said !== ofNobody.said)
        leaks.push(`${name}: ${ofBob.code} ${ofBob.said} not ${ofNobody.said}`);
    });
    expect(leaks).toEqual([]);
  });
});

describe('a key of some scopes', () => {
  const SCOPES = [
    'documents:write',
    'links:read',
    'links:write',
    'analytics:read',
    'analytics:write',
    'privacy:write',
  ];
  /** Keys by the one scope that each has not. */
  const lacking = new Map<string, string>();

  beforeAll(async () => {
    for (const scope of [...SCOPES, 'admin']) {
      const body = { name: `all but ${scope}`, scopes: SCOPES.filter((other) => other !== scope) };
      lacking.set(scope, (await makeKey(system.url, body)).key);
    }
  });

  it('may make no call that needs another one', async () => {
    const needed = new Map((await listCalls()).map((operation) => [operation.call, operation.scope]));
    const faults: string[] = [];
    for (const row of REST.filter(({ outcome }) => outcome !== 'public')) {
      const answer = await ask(row, bob, lacking.get(needed.get(row.call) ?? ''));
      if (answer.status !== 403 || !answer.text.includes('scope_needed'))
        faults.push(`${names(row)}: ${answer.status} ${answer.text.slice(0, 200)}`);
    }
    expect(faults).toEqual([]);
  });

  it('may make no gRPC call that needs another one', async () => {
    const faults: string[] = [];
    await forEachGrpcCall(async ({ name, ask }) => {
      const refused: string[] = [];
      for (const [scope, key] of lacking) {
        const { said } = await ask(NOBODY, key);
        if (said.includes(`needs the scope ${scope};`)) refused.push(scope);
      }
      if (refused.length !== 1) faults.push(`${name}: ${refused}`);
    });
    expect(faults).toEqual([]);
  });
});

describe('without a key', () => {
  it('no call is answered that is not public', async () => {
    const open: string[] = [];
    for (const row of REST) {
      const { status, text } = await ask(row, bob);
      const wantsKey = status === 401 && text.includes('missing_api_key');
      if (wantsKey === (row.outcome === 'public')) open.push(`${names(row)}: ${status}`);
    }
    expect(open).toEqual([]);
  });

  it('no gRPC call is answered', async () => {
    const open: string[] = [];
    await forEachGrpcCall(async ({ name, ask }) => {
      const { code } = await ask(bob);
      if (code !== status.UNAUTHENTICATED) open.push(`${name}: ${code}`);
    });
    expect(open).toEqual([]);
  });
});

describe('the tables', () => {
  it('name every call of the API', async () => {
    const calls = (await listCalls()).map(({ call }) => call);
    expect([...new Set(REST.map(({ call }) => call))].toSorted()).toEqual(calls.toSorted());
    for (const { definition, rows } of Object.values(GRPC))
      expect(Object.keys(rows).toSorted()).toEqual(Object.keys(definition).toSorted());
  });

  it('stand in the documentation', () => {
    const file = join(import.meta.dirname, '../docs/isolation.md');
    const table = describeIsolation();
    if (process.env.WRITE_DOCS) writeFileSync(file, table);
    expect(readFileSync(file, 'utf8')).toBe(table);
  });
});

async function listCalls() {
  const { text } = await send(system.url, { method: 'GET', path: '/api/openapi.json' });
  return listOperations(JSON.parse(text) as OpenApi).map((operation) => ({
    call: `${operation.method} ${operation.path}`,
    scope: (operation as { 'x-scope'?: string })['x-scope'],
  }));
}

interface GrpcCall {
  name: string;
  outcome: Exclude<Outcome, 'public'>;
  ask: (of: World, key?: string) => Promise<GrpcAnswer>;
}

async function forEachGrpcCall(attempt: (call: GrpcCall) => Promise<void>): Promise<void> {
  const address = `127.0.0.1:${Number(new URL(system.url).port) + 1_000}`;
  for (const [service, { connect, rows }] of Object.entries(GRPC)) {
    const client = connect(address);
    try {
      for (const [method, { outcome, request }] of Object.entries(rows)) {
        const ask = async (of: World, key?: string) => {
          const { code, said } = await callGrpc(client, { method, request: request(of), key });
          return { code, said: withoutNames({ status: code, headers: {}, text: said }, of) };
        };
        await attempt({ name: `${service}.${method}`, outcome, ask });
      }
    } finally {
      client.close();
    }
  }
}
