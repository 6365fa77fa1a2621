/** The described answers as TypeScript, as they are after JSON: moments are text. */
export function writeTypes({ answers, components }) {
  const named = Object.entries(components).map(
    ([name, schema]) => `${comment(schema)}export type ${name} = ${typeOf(schema)};\n`,
  );
  const calls = Object.entries(answers).map(([id, schema]) => `  ${id}: ${indent(typeOf(schema))};\n`);
  return `// Made of the services' own types by "npm run generate".

${named.join('\n')}
/** What each call answers, by operation id. */
export interface Answers {
${calls.join('')}}
`;
}

function typeOf({ nullable, ...schema }) {
  return nullable ? `${typeOf(schema)} | null` : plainTypeOf(schema);
}

function plainTypeOf({ $ref, allOf, anyOf, enum: values, type, items, ...schema }) {
  if ($ref) return $ref.split('/').at(-1);
  if (allOf) return typeOf(allOf[0]);
  if (anyOf) return anyOf.map(typeOf).join(' | ');
  if (values) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (type === 'array') return `Array<${typeOf(items)}>`;
  if (type === 'object') return objectOf(schema);
  return type ?? 'unknown';
}

function objectOf({ properties = {}, required = [], additionalProperties: rest }) {
  const fields = Object.entries(properties).map(
    ([name, schema]) => `${comment(schema)}${name}${required.includes(name) ? '' : '?'}: ${typeOf(schema)};`,
  );
  const known = fields.length > 0 ? `{\n${indent(`  ${fields.join('\n')}`)}\n}` : undefined;
  const others = rest && `{ [name: string]: ${typeOf(rest)} }`;
  return [known, others].filter(Boolean).join(' & ') || '{}';
}

function comment({ description }) {
  return description ? `/** ${description.replaceAll('*/', '* /')} */\n` : '';
}

function indent(text) {
  return text.replaceAll('\n', '\n  ');
}
