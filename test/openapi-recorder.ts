import type { AnswerCheck } from './openapi-answers.js';
import type { Operation } from './openapi-requests.js';

/** A call that was made, and what it answered, by status. */
export interface Example {
  /** Of the path and of the query. */
  parameters?: Record<string, string>;
  body?: unknown;
  answers: Record<string, unknown>;
}

export interface Call {
  parameters?: Record<string, string>;
  body?: unknown;
  headers?: Record<string, string>;
  /** Reads of a stream until this comes. */
  until?: string;
}

export interface Answered {
  status: number;
  json: unknown;
  /** The text at this place: `at('links', 0, 'tracking_id')`. */
  at(...path: (string | number)[]): string;
}

/** Lines that an example of plain text keeps. */
const TEXT_LINES = 6;

/** Makes calls, holds their answers against the description, and keeps the last of each status as its example. */
export class Recorder {
  readonly examples: Record<string, Example> = {};
  readonly faults: string[] = [];

  constructor(
    private readonly system: { url: string; headers: Readonly<Record<string, string>> },
    private readonly operations: ReadonlyMap<string, Operation>,
    private readonly check: AnswerCheck,
  ) {}

  async call(id: string, { parameters = {}, body, headers = {}, until }: Call = {}): Promise<Answered> {
    const operation = this.operations.get(id);
    if (!operation) throw new Error(`The description knows no operation ${id}.`);
    const { method, path } = operation;
    const isForm = body instanceof FormData;
    const response = await fetch(this.system.url + fillIn(path, parameters), {
      method,
      headers: {
        ...this.system.headers,
        ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: isForm || typeof body === 'string' ? body : JSON.stringify(body),
    });
    const { status } = response;
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    const text = until ? await readUntil(response, until) : await response.text();
    const json: unknown = isJson ? JSON.parse(text) : undefined;
    if (status >= 400) throw new Error(`${method} ${path} answered ${status}: ${text}`);
    const fault = isJson ? this.check(operation, status, json) : undefined;
    if (fault) this.faults.push(fault);
    this.keep(operation, { parameters, body: readForm(body) }, status, json ?? plainText(response, text));
    return { status, json, at: (...steps) => pick(json, steps) };
  }

  private keep(
    { operationId }: Operation,
    { parameters, body }: Pick<Example, 'parameters' | 'body'>,
    status: number,
    answer: unknown,
  ): void {
    this.examples[operationId] ??= {
      ...(Object.keys(parameters ?? {}).length > 0 && { parameters }),
      ...(body !== undefined && { body }),
      answers: {},
    };
    if (answer !== undefined) this.examples[operationId].answers[status] = answer;
  }
}

function fillIn(path: string, parameters: Record<string, string>): string {
  const query = new URLSearchParams(parameters);
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    query.delete(name);
    return encodeURIComponent(parameters[name] ?? '');
  });
  return query.size > 0 ? `${filled}?${query}` : filled;
}

async function readUntil({ body }: Response, end: string): Promise<string> {
  let text = '';
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (text.includes(end)) break;
  }
  return text;
}

function plainText({ headers }: Response, text: string): string | undefined {
  if (!headers.get('content-type')?.startsWith('text/')) return undefined;
  return text.split('\n').slice(0, TEXT_LINES).join('\n');
}

function readForm(body: unknown): unknown {
  if (typeof body === 'string') return JSON.parse(body);
  if (!(body instanceof FormData)) return body;
  return Object.fromEntries([...body].filter(([, value]) => typeof value === 'string'));
}

function pick(json: unknown, path: readonly (string | number)[]): string {
  const found = path.reduce<unknown>((value, step) => (value as Record<string, unknown>)?.[step], json);
  if (typeof found !== 'string') throw new Error(`The answer holds no text at ${path.join('.')}.`);
  return found;
}
