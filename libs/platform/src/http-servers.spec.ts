import { describe, expect, it } from '@jest/globals';
import { HttpServers } from './http-servers.js';

describe('the servers of one Fastify', () => {
  it('are all prepared once, whether they were there before or come later', () => {
    const servers = new HttpServers({});
    const prepared: unknown[] = [];
    const first = servers.create(() => undefined, {});
    servers.prepare((server) => prepared.push(server));
    const second = servers.create(() => undefined, { keepAliveTimeout: 5 });
    expect(prepared).toEqual([first, second]);
    expect([first.keepAliveTimeout, second.keepAliveTimeout]).toEqual([72_000, 5]);
  });
});
