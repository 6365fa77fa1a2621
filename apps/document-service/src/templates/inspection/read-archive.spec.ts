import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { makeZip, type ZipEntry } from '../../../test/zip-fixture.js';
import { readArchive } from './read-archive.js';
import { TEMPLATE_LIMITS } from './template-limits.js';

const read = (file: Buffer) => readArchive(file, TEMPLATE_LIMITS);
const refused = (file: Buffer) =>
  read(file).then(
    () => 'taken',
    ({ code }) => code,
  );
const zeros = (name: string, bytes: number): ZipEntry => ({ name, content: Buffer.alloc(bytes) });

describe('an archive', () => {
  it('is read whole, folders left out', async () => {
    const archive = await read(
      makeZip([
        { name: 'a/', content: '' },
        { name: 'a/b.xml', content: 'text' },
      ]),
    );
    expect([...archive].map(([path, bytes]) => [path, bytes.toString()])).toEqual([['a/b.xml', 'text']]);
  });

  it.each([
    ['..', '../x.xml'],
    ['.. further in', 'word/../../x.xml'],
    ['an absolute path', '/etc/passwd'],
    ['a drive', 'C:\\x.xml'],
    ['backslashes', 'word\\..\\x.xml'],
    ['a control character', 'word/a\0.xml'],
    ['an empty name', ''],
  ])('whose entry has %s is refused', async (_, name) => {
    expect(await refused(makeZip([{ name, content: '' }]))).toBe('unsafe_entry');
  });

  it('that holds a name twice, in any case, is refused: two readers may take different ones', async () => {
    const entry = { content: '' };
    expect(
      await refused(
        makeZip([
          { name: 'a', ...entry },
          { name: 'A', ...entry },
        ]),
      ),
    ).toBe('unsafe_entry');
  });

  it('with a password is refused', async () => {
    expect(await refused(makeZip([{ name: 'a', content: '', flags: 1 }]))).toBe('legacy_or_encrypted');
    const compound = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), randomBytes(2_000)]);
    expect(await refused(compound)).toBe('legacy_or_encrypted');
  });

  it('that is none, or damaged, is refused', async () => {
    const zip = makeZip([{ name: 'a', content: 'text' }]);
    for (const file of [Buffer.alloc(0), Buffer.from('hello'), zip.subarray(0, -30)]) {
      expect(await refused(file)).toBe('not_docx');
    }
  });

  it('may have a size and no byte more', async () => {
    const noise = { name: 'noise', content: randomBytes(4_940_000) };
    const sized = (bytes: number) => makeZip([noise], bytes - makeZip([noise]).length);
    expect(await refused(sized(TEMPLATE_LIMITS.fileBytes))).toBe('taken');
    expect(await refused(sized(TEMPLATE_LIMITS.fileBytes + 1))).toBe('file_too_large');
  });

  it('may hold 500 files and no more', async () => {
    const files = Array.from({ length: 501 }, (_, index) => ({ name: `f${index}`, content: '' }));
    expect(await refused(makeZip(files.slice(1)))).toBe('taken');
    expect(await refused(makeZip(files))).toBe('too_many_entries');
  });

  it('may hold 5 MB in an XML part and no byte more', async () => {
    const noise = { name: 'n', content: randomBytes(100_000) };
    for (const name of ['a.xml', 'a.rels', 'a.vml', 'a.svg']) {
      expect(await refused(makeZip([noise, zeros(name, 5_000_000)]))).toBe('taken');
      expect(await refused(makeZip([noise, zeros(name, 5_000_001)]))).toBe('part_too_large');
    }
    expect(await refused(makeZip([noise, zeros('a.png', 5_000_001)]))).toBe('taken');
  });

  it('may unpack to 30 MB and no byte more', async () => {
    const noise = { name: 'n', content: randomBytes(200_000) };
    expect(await refused(makeZip([noise, zeros('a', 29_800_000)]))).toBe('taken');
    expect(await refused(makeZip([noise, zeros('a', 29_800_001)]))).toBe('inflated_too_large');
  });

  it('may unpack to 200 times its size and no byte more', async () => {
    const sized = (bytes: number) => {
      const comment = 10_000 - makeZip([zeros('a', bytes)]).length;
      return makeZip([zeros('a', bytes)], comment);
    };
    expect(sized(2_000_000)).toHaveLength(10_000);
    expect(await refused(sized(2_000_000))).toBe('taken');
    expect(await refused(sized(2_000_001))).toBe('zip_bomb');
  });
});

describe('a zip bomb of 200 kB', () => {
  const bomb = (declaredSize?: number) =>
    makeZip([{ name: 'word/media/a.png', content: Buffer.alloc(205_000_000), declaredSize }]);

  it('is refused by what it declares, without a byte unpacked', async () => {
    const meter = { inflatedBytes: 0 };
    const file = bomb();
    expect(file.length).toBeGreaterThan(190_000);
    await expect(readArchive(file, TEMPLATE_LIMITS, meter)).rejects.toMatchObject({
      code: 'inflated_too_large',
    });
    expect(meter.inflatedBytes).toBe(0);
  });

  it('that declares less is refused where it grows past that', async () => {
    const meter = { inflatedBytes: 0 };
    await expect(readArchive(bomb(100_000), TEMPLATE_LIMITS, meter)).rejects.toMatchObject({
      code: 'size_mismatch',
    });
    expect(meter.inflatedBytes).toBeLessThanOrEqual(100_000);
  });
});
