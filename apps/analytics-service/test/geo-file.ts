/**
 * A MaxMind DB file in which every address has the same record: one node whose two branches lead to it. See the
 * format's specification, https://maxmind.github.io/MaxMind-DB/.
 */
export function makeGeoFile(record: object): Buffer {
  const nodes = 1;
  const toData = nodes + 16;
  const metadata = {
    node_count: nodes,
    record_size: 24,
    ip_version: 6,
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_760_000_000,
    database_type: 'GeoLite2-City',
    languages: ['en'],
    description: { en: 'one record for everybody' },
  };
  return Buffer.concat([
    Buffer.from([0, 0, toData, 0, 0, toData]),
    Buffer.alloc(16),
    encode(record),
    Buffer.from('abcdef4d61784d696e642e636f6d', 'hex'),
    encode(metadata),
  ]);
}

function encode(value: unknown): Buffer {
  if (typeof value === 'string')
    return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  const entries = Object.entries(value ?? {});
  return Buffer.concat([
    control(7, entries.length),
    ...entries.flatMap(([key, inner]) => [encode(key), encode(inner)]),
  ]);
}

/** Types past 7 are written in a byte of their own; sizes stay below 29 here. */
function control(type: number, size: number): Buffer {
  return type > 7 ? Buffer.from([size, type - 7]) : Buffer.from([(type << 5) | size]);
}
