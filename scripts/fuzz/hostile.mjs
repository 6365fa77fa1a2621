// What inputs are made of: text as nobody should send it, and good samples with some damage.
import fc from 'fast-check';

const ODD = [
  ...[
    '',
    ' ',
    '\0',
    '\n',
    '\r\n',
    '\u2028',
    '\ufeff',
    '\ud800',
    '\udc00\ud800',
    '😀',
    'é',
    'ß',
    'İ',
    'ﬀ',
    '٣',
  ],
  ...[
    '"',
    "'",
    '\\',
    '`',
    '<',
    '>',
    '&',
    '%',
    '%00',
    '%zz',
    '{{',
    '}}',
    '${',
    '$1',
    '$&',
    '../',
    '..\\',
    '//',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'null',
    'NaN',
    'Infinity',
    '-0',
    '1e999',
    '0x1f',
    '9007199254740993',
  ],
  ...[
    "' OR 1=1 --",
    ']]>',
    '<!DOCTYPE a [<!ENTITY b "c">]>',
    '&#0;',
    '&#xD800;',
    '&b;',
    'javascript:',
    'file:///',
  ],
];

/** Text of any characters, of odd pieces, or very long. */
export const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ maxLength: 60 }),
  fc
    .array(fc.oneof(fc.constantFrom(...ODD), fc.string({ maxLength: 8 })), { maxLength: 12 })
    .map((all) => all.join('')),
  fc
    .tuple(fc.constantFrom(...ODD, 'a', '(', '1', ' a'), fc.integer({ min: 1, max: 5_000 }))
    .map(([one, n]) => one.repeat(n)),
);

/** Any JSON value, deep and odd ones too. */
export const json = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  text,
  fc.constantFrom(null, -1, 2 ** 53, 1e308, '', [], {}, true),
  fc.integer({ min: 100, max: 2_000 }).map((depth) => JSON.parse('['.repeat(depth) + ']'.repeat(depth))),
);

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const edit = fc.record({
  at: place,
  length: fc.integer({ min: 0, max: 24 }),
  kind: fc.constantFrom('insert', 'delete', 'overwrite', 'repeat', 'cut', 'flip'),
  bytes: fc.oneof(fc.uint8Array({ maxLength: 16 }), fc.constantFrom(...ODD.map((odd) => Buffer.from(odd)))),
});

/** One of these samples with up to eight edits. */
export function damagedBytes(...samples) {
  return fc
    .tuple(fc.constantFrom(...samples), fc.array(edit, { maxLength: 8 }))
    .map(([sample, edits]) => edits.reduce(applyEdit, Buffer.from(sample)));
}

export const damagedText = (...samples) => damagedBytes(...samples).map((bytes) => bytes.toString('utf8'));

function applyEdit(whole, { at, length, kind, bytes }) {
  const start = Math.floor(at * whole.length);
  const [before, span, after] = [
    whole.subarray(0, start),
    whole.subarray(start, start + length),
    whole.subarray(start + length),
  ];
  switch (kind) {
    case 'insert':
      return Buffer.concat([before, bytes, span, after]);
    case 'delete':
      return Buffer.concat([before, after]);
    case 'overwrite':
      return Buffer.concat([before, bytes, whole.subarray(start + bytes.length)]);
    case 'repeat':
      return Buffer.concat([before, span, span, span, after]);
    case 'cut':
      return before;
    default:
      return Buffer.concat([before, Buffer.from(span.map((byte) => byte ^ (1 << (length % 8)))), after]);
  }
}

/** One of these values with up to three of its inner ones replaced, removed or added to. */
export function damagedJson(...samples) {
  const change = fc.record({
    at: fc.nat(),
    kind: fc.constantFrom('replace', 'remove', 'add'),
    value: json,
    name: text,
  });
  return fc
    .tuple(fc.constantFrom(...samples), fc.array(change, { maxLength: 3 }))
    .map(([sample, changes]) => changes.reduce(changeAt, structuredClone(sample)));
}

function changeAt(whole, { at, kind, value, name }) {
  const places = listPlaces(whole);
  if (places.length === 0) return value;
  const [holder, key] = places[at % places.length];
  if (kind === 'replace') holder[key] = value;
  else if (kind === 'add' && !Array.isArray(holder)) holder[name] = value;
  else if (Array.isArray(holder)) holder.splice(key, 1);
  else delete holder[key];
  return whole;
}

/** Not below so many levels: values that were put in before may go on for thousands. */
function listPlaces(value, levels = 12) {
  if (levels === 0 || typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) => [
    [value, key],
    ...listPlaces(value[key], levels - 1).slice(0, 50),
  ]);
}

/** An object with some of these fields, each mostly plausible and now and then anything. */
export function fields(plausible) {
  const values = Object.entries(plausible).map(([name, samples]) => [
    name,
    fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...samples) }, { weight: 2, arbitrary: json }),
  ]);
  return fc.record(Object.fromEntries(values), { requiredKeys: [] });
}
