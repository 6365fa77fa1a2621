// Writes what every REST call answers, as the types of its handler say: as JSON Schema for the OpenAPI description, and as
// types for the client and the dashboard. With --check it writes nothing and ends with 1 when the committed files say something else.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { writeTypes } from './openapi/write-types.mjs';

const ROOT = join(import.meta.dirname, '..');
const CALLS = ['Get', 'Post', 'Put', 'Patch', 'Delete'];

const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
const program = ts.createProgram(fileNames, options);
const checker = program.getTypeChecker();

/** Schemas of exported types by name, and the type that has the name: a second of one name is written out in place. */
const components = {};
const owners = new Map();

function listHandlers() {
  return program
    .getSourceFiles()
    .filter(({ fileName, isDeclarationFile }) => !isDeclarationFile && !/\.spec\.ts$|\/test\//.test(fileName))
    .flatMap(({ statements }) => statements.filter(ts.isClassDeclaration))
    .flatMap((owner) =>
      owner.members
        .filter((member) => ts.isMethodDeclaration(member) && isCall(member))
        .map((method) => ({ id: `${owner.name?.text}_${method.name.getText()}`, method })),
    )
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}

function isCall(method) {
  const decorators = ts.getDecorators(method) ?? [];
  return decorators.some(({ expression }) => CALLS.includes(expression.expression?.getText()));
}

function answerOf(method) {
  const returned = checker.getSignatureFromDeclaration(method).getReturnType();
  return checker.getAwaitedType(returned) ?? returned;
}

/** Streams and plain text are described where they are sent. */
function isJson(type) {
  if (type.isUnionOrIntersection()) return type.types.every(isJson);
  const name = type.symbol?.name;
  return Boolean(type.flags & ts.TypeFlags.Object) && name !== 'FastifyReply' && name !== 'StreamableFile';
}

function schemaOf(type) {
  if (type.isUnion()) return unionOf(type.types);
  if (type.isStringLiteral()) return { type: 'string', enum: [type.value] };
  if (type.isNumberLiteral()) return { type: 'number', enum: [type.value] };
  if (type.flags & ts.TypeFlags.BooleanLiteral)
    return { type: 'boolean', enum: [checker.typeToString(type) === 'true'] };
  if (type.flags & ts.TypeFlags.NumberLike) return { type: 'number' };
  if (type.flags & ts.TypeFlags.StringLike) return { type: 'string' };
  if (type.symbol?.name === 'Date') return { type: 'string', format: 'date-time' };
  if (checker.isTupleType(type) || checker.isArrayType(type))
    return { type: 'array', items: unionOf(checker.getTypeArguments(type)) };
  if (type.flags & ts.TypeFlags.Object || type.isIntersection()) return namedOf(type) ?? objectOf(type);
  return {};
}

function unionOf(types) {
  const isNull = (type) => Boolean(type.flags & ts.TypeFlags.Null);
  const isUndefined = (type) => Boolean(type.flags & ts.TypeFlags.Undefined);
  const schemas = mergeLiterals(types.filter((type) => !isNull(type) && !isUndefined(type)).map(schemaOf));
  const nullable = types.some(isNull) && { nullable: true };
  if (schemas.length > 1) return { ...nullable, anyOf: schemas };
  const [schema = {}] = schemas;
  return nullable && schema.$ref ? { ...nullable, allOf: [schema] } : { ...nullable, ...schema };
}

/** `'a' | 'b'` is one string of two values, `true | false` a boolean. */
function mergeLiterals(schemas) {
  const merged = new Map();
  for (const schema of schemas) {
    const key = schema.enum ? `enum ${schema.type}` : JSON.stringify(schema);
    const values = merged.get(key)?.enum ?? [];
    merged.set(key, schema.enum ? { ...schema, enum: [...values, ...schema.enum].sort() } : schema);
  }
  const isEither = ({ type, enum: values }) => type === 'boolean' && values?.length === 2;
  return [...merged.values()].map((schema) => (isEither(schema) ? { type: 'boolean' } : schema));
}

/** Only what this project names itself gets a place of its own. */
function namedOf(type) {
  const symbol = type.aliasSymbol ?? type.symbol;
  const declaration = symbol?.declarations?.find(isTypeDeclaration);
  if (!declaration || type.aliasTypeArguments) return;
  if (declaration.getSourceFile().fileName.includes('/node_modules/')) return;
  const owner = owners.get(symbol.name);
  if (owner && owner !== type) return;
  if (!owner) {
    owners.set(symbol.name, type);
    components[symbol.name] = { ...describe(symbol), ...objectOf(type) };
  }
  return { $ref: `#/components/schemas/${symbol.name}` };
}

function isTypeDeclaration(node) {
  return ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isClassDeclaration(node);
}

function objectOf(type) {
  const fields = checker.getPropertiesOfType(type).filter((field) => !isFunction(field));
  const rest = checker.getIndexInfoOfType(type, ts.IndexKind.String);
  const required = fields.filter(({ flags }) => !(flags & ts.SymbolFlags.Optional)).map(({ name }) => name);
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    ...(fields.length > 0 && { properties: Object.fromEntries(fields.map(propertyOf)) }),
    ...(rest && { additionalProperties: schemaOf(rest.type) }),
  };
}

function propertyOf(field) {
  const schema = schemaOf(checker.getTypeOfSymbol(field));
  return [field.name, schema.$ref ? schema : { ...describe(field), ...schema }];
}

function isFunction(field) {
  return checker.getTypeOfSymbol(field).getCallSignatures().length > 0;
}

function describe(symbol) {
  const description = ts.displayPartsToString(symbol.getDocumentationComment(checker)).replaceAll('\n', ' ');
  return description && { description };
}

const answers = {};
for (const { id, method } of listHandlers()) {
  const type = answerOf(method);
  if (isJson(type)) answers[id] = schemaOf(type);
}
const sorted = Object.fromEntries(
  Object.entries(components).sort(([one], [other]) => (one < other ? -1 : 1)),
);
const files = {
  'libs/platform/src/generated/openapi-answers.json': `${JSON.stringify({ answers, components: sorted }, null, 2)}\n`,
  'libs/client/src/generated/answers.ts': writeTypes({ answers, components: sorted }),
};

for (const [file, text] of Object.entries(files)) {
  const target = join(ROOT, file);
  if (!process.argv.includes('--check')) {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  } else if (readFileSync(target, 'utf8') !== text) {
    process.stdout.write('Answers have changed: run "npm run generate" and commit the result.\n');
    process.exitCode = 1;
  }
}
