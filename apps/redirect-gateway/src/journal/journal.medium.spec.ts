import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DataDirectoryInUseError } from '#platform';
import { eventually } from '#testing';
import { START } from './cursor-file.js';
import { Journal } from './journal.js';
import { JournalFullError, JournalUnavailableError } from './journal-errors.js';
import { claimFolder, listFilledJournals } from './journal-folder.js';
import type { JournalOptions } from './journal-options.js';
import { createSegmentFile, type OpenSegmentFile, type SegmentFile } from './segment-files.js';

let directory: string;
const open: Journal[] = [];

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'journal-')), 'here');
});

afterEach(async () => {
  for (const journal of open.splice(0)) await journal.close();
  rmSync(dirname(directory), { recursive: true, force: true });
});

async function openJournal(options: Partial<JournalOptions> = {}): Promise<Journal> {
  // On a busy machine a sync may take long: nothing is refused for that unless a test asks for it.
  const journal = await Journal.open({
    directory,
    sync: 'fdatasync',
    maxBytes: 1e8,
    stallMs: 20_000,
    ...options,
  });
  open.push(journal);
  return journal;
}

async function closeJournal(journal: Journal): Promise<void> {
  open.splice(open.indexOf(journal), 1);
  await journal.close();
}

const record = (n: number) => JSON.stringify({ n, filler: 'x'.repeat(100) });
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => record(from + i));

async function readAll(journal: Journal): Promise<string[]> {
  const found: string[] = [];
  for (let from = undefined as Parameters<Journal['read']>[0]; ; ) {
    const { records, end } = await journal.read(from, 7);
    if (records.length === 0) return found;
    found.push(...records);
    from = end;
  }
}

const segmentNames = () => readdirSync(directory).filter((name) => name.endsWith('.segment'));

describe('the journal', () => {
  it('gives back in order what was appended, over segments and restarts', async () => {
    const first = await openJournal({ segmentBytes: 1_000 });
    await Promise.all(numbers(0, 30).map((text) => first.append(text)));
    for (const text of numbers(30, 50)) await first.append(text);
    expect(await readAll(first)).toEqual(numbers(0, 50));
    expect(segmentNames().length).toBeGreaterThan(2);
    await closeJournal(first);
    const second = await openJournal();
    await second.append(record(50));
    expect(await readAll(second)).toEqual(numbers(0, 51));
  });

  it('hands what it has just committed to its reader without reading the disk, and again from there', async () => {
    const journal = await openJournal();
    for (const text of numbers(0, 5)) await journal.append(text);
    const [name = ''] = segmentNames();
    const hidden = join(directory, 'hidden');
    renameSync(join(directory, name), hidden);
    expect((await journal.read(undefined, 7)).records).toEqual(numbers(0, 5));
    renameSync(hidden, join(directory, name));
    expect(await readAll(journal)).toEqual(numbers(0, 5));
  });

  it('syncs once for all appends that wait', async () => {
    const commits: number[] = [];
    const journal = await openJournal({ onCommit: ({ records }) => commits.push(records) });
    await Promise.all(numbers(0, 200).map((text) => journal.append(text)));
    expect(commits).toEqual([200]);
  });

  it('deletes a segment once all of it is confirmed, never reads it again and never reuses its number', async () => {
    const first = await openJournal({ segmentBytes: 1_000 });
    for (const text of numbers(0, 40)) await first.append(text);
    const before = segmentNames();
    const { end } = await first.read(undefined, 1_000);
    first.confirm(end);
    await closeJournal(first);
    expect(segmentNames()).not.toContain(before[0]);
    const second = await openJournal();
    const rest = await readAll(second);
    expect(rest.at(-1)).toBe(record(39));
    expect(rest).not.toContain(record(0));
    second.confirm({ segment: Number.parseInt(before.at(-1) ?? '', 10), offset: 1e9 });
    await closeJournal(second);
    expect(segmentNames()).toEqual([]);
    const third = await openJournal();
    await third.append(record(40));
    expect(await readAll(third)).toEqual([record(40)]);
    expect(before).not.toContain(segmentNames()[0]);
  });

  it('reports a torn tail, keeps what stands before it and appends elsewhere', async () => {
    const first = await openJournal();
    for (const text of numbers(0, 3)) await first.append(text);
    await closeJournal(first);
    const [name = ''] = segmentNames();
    truncateSync(join(directory, name), statSync(join(directory, name)).size - 5);
    const second = await openJournal();
    expect(second.stats.tornBytes).toBe(8 + record(2).length - 5);
    await second.append(record(3));
    expect(await readAll(second)).toEqual([...numbers(0, 2), record(3)]);
    expect(segmentNames()).toHaveLength(2);
  });

  it('relays everything kept again when its cursor cannot be read', async () => {
    const first = await openJournal();
    await first.append(record(0));
    first.confirm((await first.read(undefined, 1)).end);
    await first.append(record(1));
    await closeJournal(first);
    writeFileSync(join(directory, 'cursor'), '{"segm');
    expect(await readAll(await openJournal())).toEqual(numbers(0, 2));
  });

  it('survives bytes of somebody else behind a segment and a segment that somebody deleted', async () => {
    const first = await openJournal({ segmentBytes: 200 });
    for (const text of numbers(0, 3)) await first.append(text);
    const [one = '', two = ''] = segmentNames();
    await closeJournal(first);
    appendFileSync(join(directory, one), 'garbage');
    const second = await openJournal();
    rmSync(join(directory, two));
    expect(await readAll(second)).toEqual([record(0), record(2)]);
    expect(second.stats.tornBytes).toBe(7 + 8 + record(1).length);
  });

  it('refuses a directory that another journal works on, until that one is closed', async () => {
    const first = await openJournal();
    await expect(openJournal()).rejects.toThrow(DataDirectoryInUseError);
    await expect(openJournal()).rejects.toThrow(`${directory} is in use by another running process`);
    await closeJournal(first);
    await openJournal();
  });

  it('takes the first free one of several in a folder, and what an earlier journal left there', async () => {
    const first = await openJournal({ isShared: true });
    await first.append(record(0));
    const second = await openJournal({ isShared: true });
    await second.append(record(1));
    expect(readdirSync(directory).sort()).toEqual(['0', '1']);
    await closeJournal(first);
    const third = await openJournal({ isShared: true });
    expect(await readAll(third)).toEqual([record(0)]);
    expect((await listFilledJournals(directory)).sort()).toEqual([
      join(directory, '0'),
      join(directory, '1'),
    ]);
  });

  it('is moved to where journals are now, when it was the only one of its folder', async () => {
    const old = await openJournal();
    for (const text of numbers(0, 3)) await old.append(text);
    old.confirm((await old.read(undefined, 1)).end);
    await closeJournal(old);
    const lock = await claimFolder(directory);
    const journal = await openJournal({ isShared: true });
    expect(await readAll(journal)).toEqual(numbers(1, 3));
    await expect(claimFolder(directory)).rejects.toThrow(DataDirectoryInUseError);
    lock?.release();
  });

  it('refuses records past its bound and takes them again once the relay has caught up', async () => {
    const journal = await openJournal({ maxBytes: 4_000 });
    const outcomes: PromiseSettledResult<void>[] = [];
    for (const text of numbers(0, 60)) outcomes.push(...(await Promise.allSettled([journal.append(text)])));
    const taken = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(taken).toBeGreaterThan(20);
    expect(outcomes.at(-1)).toMatchObject({ reason: expect.any(JournalFullError) });
    expect(journal.stats.bytes).toBeLessThanOrEqual(4_000);
    const all = await readAll(journal);
    expect(all).toEqual(numbers(0, taken));
    journal.confirm({ segment: 1e6, offset: 0 });
    await eventually(() => journal.append(record(99)));
  });

  it('lets a confirmed segment go after its time, even when nothing is appended any more', async () => {
    const journal = await openJournal({ segmentMaxAgeMs: 30 });
    await journal.append(record(0));
    journal.confirm((await journal.read(undefined, 1)).end);
    await eventually(() => expect(segmentNames()).toEqual([]));
  });
});

describe('a segment filled with zeros ahead', () => {
  /** What a kill -9 or a power cut leaves: the files as they are at this moment. */
  function crash(): string[] {
    const copy = `${directory}-crashed`;
    cpSync(directory, copy, { recursive: true, filter: (path) => !path.includes('lock') });
    directory = copy;
    return segmentNames();
  }
  const append = async (journal: Journal, from: number, to: number) => {
    for (const text of numbers(from, to)) await journal.append(text);
  };

  it('is larger than its records while it grows, and exactly as large once it is done', async () => {
    const journal = await openJournal({ segmentBytes: 50_000 });
    await append(journal, 0, 3);
    const [name = ''] = segmentNames();
    expect(statSync(join(directory, name)).size).toBe(50_000);
    await closeJournal(journal);
    expect(statSync(join(directory, name)).size).toBe(3 * (8 + record(0).length));
  });

  it('gives back its records after a crash, and counts no zero as torn', async () => {
    await append(await openJournal({ segmentBytes: 1_000 }), 0, 40);
    expect(crash().length).toBeGreaterThan(2);
    const second = await openJournal();
    expect(second.stats.tornBytes).toBe(0);
    expect(await readAll(second)).toEqual(numbers(0, 40));
    second.confirm({ segment: 1e6, offset: 0 });
    await closeJournal(second);
    expect(segmentNames()).toEqual([]);
  });

  it('loses only the record that a crash cut, wherever it was cut', async () => {
    await append(await openJournal({ segmentBytes: 400_000 }), 0, 2);
    const [name = ''] = crash();
    const path = join(directory, name);
    const bytes = readFileSync(path);
    const start = 8 + record(0).length;
    for (let cut = start; cut < 2 * start; cut += 1) {
      writeFileSync(path, Buffer.concat([bytes.subarray(0, cut), Buffer.alloc(bytes.length - cut)]));
      const journal = await openJournal();
      expect(await readAll(journal)).toEqual([record(0)]);
      const kept = bytes.subarray(start, cut).findLastIndex((byte) => byte !== 0) + 1;
      expect(journal.stats.tornBytes).toBe(kept);
      await closeJournal(journal);
    }
  });

  it('holds nothing when a crash came before its first record', async () => {
    await openJournal();
    writeFileSync(join(directory, '000000000001.segment'), Buffer.alloc(300_000));
    crash();
    const journal = await openJournal();
    expect(await readAll(journal)).toEqual([]);
    await journal.append(record(0));
    expect(await readAll(journal)).toEqual([record(0)]);
    expect(segmentNames()).toEqual(['000000000002.segment']);
  });
});

describe('a journal whose next segment is slow to be created', () => {
  it('keeps it, although everything before it is confirmed meanwhile', async () => {
    let create: () => void = () => undefined;
    let isSlow = false;
    const journal = await openJournal({
      segmentBytes: 100,
      openFile: async (path) => {
        if (isSlow) await new Promise<void>((resolve) => (create = resolve));
        return createSegmentFile(path);
      },
    });
    await journal.append(record(0));
    isSlow = true;
    const append = journal.append(record(1));
    await eventually(() => expect(journal.stats.segments).toBe(2));
    const { end } = await journal.read((await journal.read(undefined, 1)).end, 1);
    journal.confirm(end);
    await eventually(() => expect(segmentNames()).toEqual([]));
    create();
    await append;
    expect((await journal.read(end, 1)).records).toEqual([record(1)]);
    expect(segmentNames()).toHaveLength(1);
  });
});

describe('a journal on a bad disk', () => {
  let fault: 'none' | 'write' | 'sync' | 'open' | 'hang' = 'none';
  let unhang: () => void = () => undefined;
  let onHang: () => void = () => undefined;
  /** Longer than any of these tests takes: what is past it is shown by putting the clock forward. */
  const RETRY_MS = 600_000;

  async function openFile(path: string): Promise<SegmentFile> {
    const enospc = () => Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    if (fault === 'open') throw enospc();
    const file = await createSegmentFile(path);
    return {
      close: () => file.close(),
      async write(bytes, position) {
        if (fault === 'write') {
          await file.write(bytes.subarray(0, bytes.length / 2), position);
          throw enospc();
        }
        await file.write(bytes, position);
      },
      async datasync() {
        if (fault === 'hang') {
          await new Promise<void>((resolve) => {
            unhang = resolve;
            onHang();
          });
        }
        if (fault === 'sync') throw new Error('EIO: i/o error');
        await file.datasync();
      },
    };
  }

  it.each(['write', 'sync', 'open'] as const)(
    'rejects when %s fails, and works again without a restart',
    async (kind) => {
      const journal = await openJournal({ openFile, retryMs: RETRY_MS, segmentBytes: 300 });
      fault = 'none';
      for (const text of numbers(0, 4)) await journal.append(text);
      fault = kind;
      await expect(Promise.all(numbers(100, 104).map((text) => journal.append(text)))).rejects.toThrow(
        JournalUnavailableError,
      );
      await expect(journal.append(record(105))).rejects.toThrow('the last write failed');
      fault = 'none';
      const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + RETRY_MS);
      await journal.append(record(4)).finally(() => clock.mockRestore());
      expect(await readAll(journal)).toEqual(numbers(0, 5));
      await closeJournal(journal);
      const reopened = await openJournal();
      expect(await readAll(reopened)).toEqual(numbers(0, 5));
    },
  );

  it('rejects within its bound when the disk hangs, refuses at once meanwhile, and recovers', async () => {
    const journal = await openJournal({ openFile, stallMs: 50 });
    fault = 'hang';
    const hanging = new Promise<void>((resolve) => (onHang = resolve));
    const first = journal.append(record(0));
    const second = hanging.then(() => journal.append(record(1)));
    // The disk hangs until further down: that these are rejected at all is the bound's doing.
    const [byTime, behind] = await Promise.allSettled([first, second]);
    expect(byTime).toMatchObject({ reason: { message: expect.stringContaining('took over 50 ms') } });
    expect(behind).toMatchObject({ reason: expect.any(JournalUnavailableError) });
    await expect(journal.append(record(2))).rejects.toThrow('does not answer');
    fault = 'none';
    unhang();
    await eventually(() => expect(journal.problem).toBeUndefined());
    await journal.append(record(3));
    // What the disk took late is there too: readers tolerate repeats.
    expect(await readAll(journal)).toEqual([record(0), record(3)]);
  });

  it('rejects while its directory cannot be used and opens it as soon as it can', async () => {
    writeFileSync(directory, 'a file in the place of the directory');
    const problems: string[] = [];
    const journal = await openJournal({ retryMs: 10, onProblem: (problem) => problems.push(problem) });
    await expect(journal.append(record(0))).rejects.toThrow('cannot be opened');
    expect(await journal.read(undefined, 1)).toEqual({ records: [], end: START });
    expect(problems).toContain('journal cannot be opened');
    rmSync(directory);
    await eventually(() => expect(journal.problem).toBeUndefined());
    await journal.append(record(1));
    expect(await readAll(journal)).toEqual([record(1)]);
  });
});

/**
 * A disk with room for about two megabytes: a real one where this account may mount, else a journal whose writes
 * fail as they do there.
 */
function smallDisk(): { openFile?: OpenSegmentFile; free: () => void; unmount: () => void } {
  const size = 2 * 1024 * 1024;
  mkdirSync(directory);
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory]);
  const ballast = join(directory, 'ballast');
  const free = () => rmSync(ballast, { force: true });
  if (mount.status === 0) {
    writeFileSync(ballast, Buffer.alloc(size / 2));
    return { free, unmount: () => spawnSync('umount', [directory]) };
  }
  let room = size / 2;
  const openFile: OpenSegmentFile = async (path) => {
    const file = await createSegmentFile(path);
    return {
      ...file,
      async write(bytes, position) {
        if (position + bytes.length > room) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
        await file.write(bytes, position);
      },
    };
  };
  return { openFile, free: () => (room = Number.POSITIVE_INFINITY), unmount: () => undefined };
}

describe('a journal whose disk fills up', () => {
  it('takes records to the last room, refuses then, and goes on without a restart once there is room', async () => {
    const { openFile, free, unmount } = smallDisk();
    try {
      const journal = await openJournal({ openFile });
      let taken = 0;
      const fill = async () => {
        for (;;) {
          await Promise.all(numbers(taken, taken + 100).map((text) => journal.append(text)));
          taken += 100;
        }
      };
      // Asked at once: a second later it is tried again.
      const refusal = await fill().catch((error: unknown) => [error, journal.problem]);
      expect(refusal).toEqual([expect.any(JournalUnavailableError), expect.any(JournalUnavailableError)]);
      expect(taken * record(0).length).toBeGreaterThan(400_000);
      free();
      await eventually(() => journal.append(record(1_000_000)));
      const kept = await readAll(journal);
      expect(kept.slice(0, taken)).toEqual(numbers(0, taken));
      expect(kept.at(-1)).toBe(record(1_000_000));
    } finally {
      for (const journal of open.splice(0)) await journal.close();
      unmount();
    }
  });
});
