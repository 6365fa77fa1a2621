import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  name: string;
  content: Buffer | string;
  /** What the archive says about the entry, when it is not the truth. */
  declaredSize?: number;
  flags?: number;
}

/** A zip written byte by byte, so that it can say what no honest program would. */
export function makeZip(entries: readonly ZipEntry[], comment = 0): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.content);
    const packed = deflateRawSync(content, { level: 9 });
    const name = Buffer.from(entry.name);
    const facts = Buffer.alloc(22);
    facts.writeUInt16LE(entry.flags ?? 0, 0);
    facts.writeUInt16LE(8, 2);
    facts.writeUInt32LE(crc32(content), 8);
    facts.writeUInt32LE(packed.length, 12);
    facts.writeUInt32LE(entry.declaredSize ?? content.length, 16);
    facts.writeUInt16LE(name.length, 20);
    const file = Buffer.concat([Buffer.from('504b03041400', 'hex'), facts, Buffer.alloc(2), name, packed]);
    const position = Buffer.alloc(16);
    position.writeUInt32LE(offset, 12);
    directory.push(Buffer.concat([Buffer.from('504b010214001400', 'hex'), facts, position, name]));
    files.push(file);
    offset += file.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22 + comment);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment, 20);
  return Buffer.concat([...files, central, end]);
}
