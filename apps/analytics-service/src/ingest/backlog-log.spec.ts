import { describe, expect, it } from '@jest/globals';
import type { PinoLogger } from 'nestjs-pino';
import { BacklogLog } from './backlog-log.js';

function listen() {
  const said: unknown[][] = [];
  const logger = { info: (...line: unknown[]) => said.push(line) };
  return { said, log: new BacklogLog(logger as unknown as PinoLogger) };
}

describe('the log of a backlog', () => {
  it('says every ten seconds how it goes on, and when it is drained', () => {
    const { said, log } = listen();
    for (let second = 0; second <= 25; second++)
      log.note(4_000, 3_600_000 - second * 100_000, second * 1_000);
    log.note(10, 200, 26_000);
    expect(said).toEqual([
      [{ stored: 44_000, per_second: 4_400, lag_seconds: 2_600 }, 'draining a backlog of clicks'],
      [{ stored: 84_000, per_second: 4_000, lag_seconds: 1_600 }, 'draining a backlog of clicks'],
      [{ stored: 104_000, seconds: 26 }, 'the backlog of clicks is drained'],
    ]);
  });

  it('keeps silent about fresh clicks, and about a late one among them', () => {
    const { said, log } = listen();
    for (const lagMs of [100, 90_000, 200, 86_400_000, 50]) log.note(1, lagMs, lagMs);
    expect(said).toEqual([]);
  });
});
