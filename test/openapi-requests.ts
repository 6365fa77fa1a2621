import fc from 'fast-check';

/** As much of JSON Schema as the description uses. */
export interface Schema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  format?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  nullable?: boolean;
}

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema?: Schema;
}

interface Response {
  content?: Record<string, { schema?: Schema; example?: unknown }>;
}

export interface Operation {
  method: string;
  path: string;
  operationId: string;
  summary?: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema?: Schema; example?: unknown }> };
  responses: Record<string, Response>;
}

export interface OpenApi {
  paths: Record<string, Record<string, Omit<Operation, 'method' | 'path'>>>;
  components: { schemas: Record<string, Schema> };
}

export interface GeneratedRequest {
  url: string;
  body: unknown;
}

export function listOperations({ paths }: OpenApi): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      ...operation,
    })),
  );
}

/** What a hostile or careless caller sends where something else is wanted. */
const STRANGE = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '../../etc/passwd',
    "' OR 1=1 --",
    '%00',
    '{{constructor}}',
    'javascript:alert(1)',
  ),
  fc.constantFrom(-1, 0, 1e308, 2 ** 53, Number.MIN_VALUE, [], {}, null),
);

const PLAUSIBLE = fc.constantFrom(
  'job-1',
  'app-1',
  'jordan_avery',
  'lt_calendly_abc123',
  'Calendly',
  'UTC',
  'https://jordan-avery.example/',
  '2026-01-31T18:00:00Z',
  '2026-01-31',
  '00000000-0000-4000-8000-000000000000',
);

function arbitraryOf(schema: Schema = {}): fc.Arbitrary<unknown> {
  const [first, ...others] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
  if (first) return fc.oneof(arbitraryOf(first), ...others.map(arbitraryOf));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if ('const' in schema) return fc.constant(schema.const);
  switch (schema.type) {
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? {}).map(([name, property]) => [name, anyValueOf(property)]),
        ),
        { requiredKeys: schema.required ?? [] },
      );
    case 'array':
      return fc.array(anyValueOf(schema.items), { maxLength: 3 });
    case 'integer':
    case 'number':
      return fc.oneof(fc.integer({ min: 0, max: 400 }), fc.double());
    case 'boolean':
      return fc.boolean();
    default:
      return fc.oneof(PLAUSIBLE, fc.string({ maxLength: 40 }));
  }
}

/** Mostly what is described, now and then something else. */
function anyValueOf(schema: Schema | undefined): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 9, arbitrary: arbitraryOf(schema) }, { weight: 1, arbitrary: STRANGE });
}

/** Requests to an operation, made from its description: fitting, nearly fitting and hostile ones. */
export function requestsTo({
  path,
  parameters = [],
  requestBody,
}: Operation): fc.Arbitrary<GeneratedRequest> {
  const bodySchema = requestBody?.content['application/json']?.schema;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const query = parameters.filter((parameter) => parameter.in === 'query');
  return fc
    .record({
      path: fc.record(Object.fromEntries(names.map((name) => [name, fc.oneof(PLAUSIBLE, fc.string())]))),
      query: fc.record(Object.fromEntries(query.map(({ name, schema }) => [name, anyValueOf(schema)])), {
        requiredKeys: query.filter(({ required }) => required).map(({ name }) => name),
      }),
      body: bodySchema ? anyValueOf(bodySchema) : fc.constant(undefined),
    })
    .map((parts) => ({
      url: fillIn(path, parts.path as Record<string, string>) + search(parts.query),
      body: parts.body,
    }));
}

/** Text that a statement put together of strings would run, or at least fail over. */
const SQL = [
  "'",
  '"',
  "x' OR '1'='1",
  "x'; CREATE TABLE public.injected(); --",
  "x\\'; CREATE TABLE public.injected(); --",
  '1; CREATE TABLE public.injected(); --',
  'clicked_at DESC; CREATE TABLE public.injected(); --',
  'id, (SELECT 1/0)',
  "x') UNION SELECT version() --",
  "2026-01-31' AND (SELECT pg_sleep(60)) IS NULL --",
  '$$; CREATE TABLE public.injected(); --',
];

/** A request for every place in an operation's path, query and body that takes a value, and every piece of SQL. */
export function injectionsInto({ path, parameters = [], requestBody }: Operation): GeneratedRequest[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const plain = Object.fromEntries(names.map((name) => [name, 'x']));
  const required = parameters.filter((parameter) => parameter.in === 'query' && parameter.required);
  const needed = Object.fromEntries(required.map(({ name }) => [name, 'x']));
  const queried = parameters.filter((parameter) => parameter.in === 'query');
  const fields = Object.keys(requestBody?.content['application/json']?.schema?.properties ?? {});
  return SQL.flatMap((sql) => [
    ...names.map((name) => ({
      url: fillIn(path, { ...plain, [name]: sql }) + search(needed),
      body: undefined,
    })),
    ...queried.map(({ name }) => ({
      url: fillIn(path, plain) + search({ ...needed, [name]: sql }),
      body: undefined,
    })),
    ...fields.map((field) => ({
      url: fillIn(path, plain) + search(needed),
      body: { ...VALID, [field]: sql },
    })),
  ]);
}

/** More than any field takes, and less than a body may hold. */
const LONG = 200_000;

/** The example of an operation's body with each of its texts in turn far too long. */
export function longTextsInto({ path, requestBody }: Operation): GeneratedRequest[] {
  const example = requestBody?.content['application/json']?.example;
  return lengthen(example).map((body) => ({ url: path.replaceAll(/\{\w+\}/g, 'x'), body }));
}

/** Every variant of a value in which one text is too long. */
function lengthen(value: unknown): unknown[] {
  if (typeof value === 'string') return [value.padEnd(LONG, 'x')];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    lengthen(part).map((longer) =>
      Array.isArray(value) ? value.with(Number(name), longer) : { ...value, [name]: longer },
    ),
  );
}

/** Fields that calls want before they look at others. */
const VALID = {
  original_url: 'https://portfolio.example/',
  link_function: 'Portfolio',
  tracking_id: 'lt_calendly_abc123',
  clicked_at: '2026-01-31T18:00:00Z',
  personal: { full_name: 'Jordan Avery' },
  job_id: 'job-1',
  application_id: 'app-1',
};

function fillIn(path: string, values: Record<string, string>): string {
  // An empty part would be another address, and so would "." and "..".
  const filled = (name: string) => encodeURIComponent((values[name] ?? '').toWellFormed()) || 'x';
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => filled(name).replace(/^\.+$/, 'x'));
}

function search(query: Record<string, unknown>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    given.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  return given.size > 0 ? `?${given}` : '';
}
