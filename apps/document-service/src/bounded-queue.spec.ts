import { describe, expect, it } from '@jest/globals';
import { BoundedQueue, QueueFullError } from './bounded-queue.js';

const refusal = { code: 'busy', work: 'things', retryAfterSeconds: 3 };

describe('a bounded queue', () => {
  it('gives every piece of work a slot of its own, in order, and refuses what is too much', async () => {
    const queue = new BoundedQueue({ slots: ['a', 'b'], maxWaiting: 2, refusal });
    const ends: (() => void)[] = [];
    const started: string[] = [];
    const work = (name: string) =>
      queue.run(async (slot) => {
        started.push(name + slot);
        await new Promise<void>((resolve) => ends.push(resolve));
      });
    const running = [work('1'), work('2'), work('3'), work('4')];
    await expect(work('5')).rejects.toThrow(QueueFullError);
    await expect(work('5')).rejects.toMatchObject({ code: 'busy', retryAfterSeconds: 3 });
    expect(started).toEqual(['1a', '2b']);
    ends[1]?.();
    await running[1];
    expect(started).toEqual(['1a', '2b', '3b']);
    for (const end of ends) end();
    await running[2];
    ends[3]?.();
    await Promise.all(running);
    expect(started).toHaveLength(4);
  });

  it('goes on after work that failed', async () => {
    const queue = new BoundedQueue({ slots: [1], maxWaiting: 1, refusal });
    const failing = queue.run(() => Promise.reject(new Error('no')));
    const next = queue.run(async (slot) => slot);
    await expect(failing).rejects.toThrow('no');
    await expect(next).resolves.toBe(1);
  });
});
