import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { OpenApi, Operation, Schema } from './openapi-requests.js';

/** Says in what way an answer is not as described; nothing when it is, or is no JSON. */
export type AnswerCheck = (operation: Operation, status: number, answer: unknown) => string | undefined;

/**
 * Holds answers against their schemas. Stricter than a client should be: a field that is not described is a fault too, so
 * that the description cannot fall behind.
 */
export function checkAnswers({ components }: OpenApi): AnswerCheck {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const closed = close(components);
  const compiled = new Map<Schema, ValidateFunction>();
  return ({ operationId, responses }, status, answer) => {
    const schema = responses[status]?.content?.['application/json']?.schema;
    if (!schema) return undefined;
    const known = compiled.get(schema);
    const validate = known ?? ajv.compile({ ...(close(schema) as object), components: closed });
    if (!known) compiled.set(schema, validate);
    if (validate(answer)) return undefined;
    return `${operationId} ${status}: ${ajv.errorsText(validate.errors, { dataVar: 'answer' })}`;
  };
}

/** OpenAPI 3.0 says `nullable` where JSON Schema has a type; objects take no other fields than theirs. */
function close(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(close);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, ...rest } = schema as Record<string, unknown>;
  const parts = Object.fromEntries(Object.entries(rest).map(([name, part]) => [name, close(part)]));
  if (typeof parts.properties === 'object') parts.additionalProperties ??= false;
  return nullable === true ? { anyOf: [parts, { type: 'null' }] } : parts;
}
