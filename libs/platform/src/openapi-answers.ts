import { readFileSync } from 'node:fs';
import type { OpenAPIObject } from '@nestjs/swagger';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Response = Extract<NonNullable<Operation['responses'][string]>, { description: string }>;

/** Made of the handlers' types by `npm run generate`. */
interface Answers {
  /** By operation id: what it answers when it does what it was asked. */
  answers: Record<string, Schemas[string]>;
  components: Schemas;
}

/** A call that was really made, and what it answered, by status. */
interface Example {
  parameters?: Record<string, string>;
  body?: unknown;
  answers: Record<string, unknown>;
}

/** Says of every call what it answers, and shows one that was made. */
export function describeAnswers(document: OpenAPIObject): OpenAPIObject {
  const { answers, components } = readJson<Answers>('generated/openapi-answers.json');
  const examples = readJson<Record<string, Example>>('generated/openapi-examples.json');
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, ...components },
  };
  for (const operation of Object.values(document.paths).flatMap(
    (path) => Object.values(path) as Operation[],
  )) {
    const { operationId = '' } = operation;
    describeSuccess(operation, answers[operationId]);
    showExample(operation, examples[operationId]);
  }
  return document;
}

function readJson<Content>(file: string): Content {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as Content;
}

function describeSuccess(operation: Operation, schema: Schemas[string] | undefined): void {
  for (const response of successes(operation).map(([, success]) => success)) {
    response.description ||= 'Done.';
    if (schema) response.content ??= { 'application/json': { schema } };
  }
}

function showExample(operation: Operation, example: Example | undefined): void {
  if (!example) return;
  for (const [status, { content = {} }] of successes(operation)) {
    for (const medium of Object.values(content)) medium.example = example.answers[status];
  }
  for (const parameter of operation.parameters ?? []) {
    if ('in' in parameter) parameter.example = example.parameters?.[parameter.name];
  }
  const { requestBody } = operation;
  if (requestBody && 'content' in requestBody) {
    for (const medium of Object.values(requestBody.content)) medium.example = example.body;
  }
}

function successes({ responses }: Operation): [string, Response][] {
  return Object.entries(responses).filter(
    (entry): entry is [string, Response] => Number(entry[0]) < 300 && 'description' in (entry[1] ?? {}),
  );
}
