import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BatchCollector, type Collectable } from './batch-collector.js';

interface Message extends Collectable {
  id: number;
}

const limits = { maxEvents: 10, maxMessages: 4, maxWaitMs: 100 };

describe('a batch collector', () => {
  let batches: number[][];
  let finish: () => void;
  let collector: BatchCollector<Message>;

  beforeEach(() => {
    jest.useFakeTimers();
    batches = [];
    collector = new BatchCollector<Message>(limits, (batch) => {
      batches.push(batch.map((message) => message.id));
      return new Promise((resolve) => {
        finish = resolve;
      });
    });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  async function finishBatch() {
    finish();
    await jest.advanceTimersByTimeAsync(0);
  }

  function add(id: number, eventCount: number, isAlone = false) {
    collector.add({ id, eventCount, isAlone });
  }

  it('waits for more until its first message has waited long enough', async () => {
    add(1, 2);
    await jest.advanceTimersByTimeAsync(60);
    add(2, 2);
    await jest.advanceTimersByTimeAsync(39);
    expect(batches).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([[1, 2]]);
  });

  it('goes at once with enough events or enough messages', async () => {
    add(1, 9);
    add(2, 1);
    expect(batches).toEqual([[1, 2]]);
    await finishBatch();
    for (const id of [3, 4, 5, 6]) add(id, 1);
    expect(batches).toEqual([
      [1, 2],
      [3, 4, 5, 6],
    ]);
  });

  it('keeps a message whole: one that is too big goes by itself', async () => {
    add(1, 6);
    add(2, 25);
    expect(batches).toEqual([[1]]);
    await finishBatch();
    expect(batches).toEqual([[1], [2]]);
  });

  it('works on one batch at a time', async () => {
    add(1, 10);
    add(2, 10);
    expect(batches).toEqual([[1]]);
    await finishBatch();
    expect(batches).toEqual([[1], [2]]);
  });

  it('gives a message that came back a batch of its own', async () => {
    add(1, 1);
    add(2, 1, true);
    add(3, 1);
    await jest.advanceTimersByTimeAsync(100);
    await finishBatch();
    await jest.advanceTimersByTimeAsync(100);
    await finishBatch();
    await jest.advanceTimersByTimeAsync(100);
    expect(batches).toEqual([[1], [2], [3]]);
  });

  it('gives up what it has not started', async () => {
    add(1, 10);
    add(2, 1);
    expect(collector.discard().map((message) => message.id)).toEqual([2]);
    await finishBatch();
    await jest.advanceTimersByTimeAsync(1000);
    expect(batches).toEqual([[1]]);
  });
});
