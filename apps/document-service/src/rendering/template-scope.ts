import { isLinkVariable, type LinkMarks, type LinkVariable } from './link-marks.js';
import type { Warnings } from './render-warnings.js';
import {
  parseTagExpression,
  TAG_IN_TEXT,
  type TagExpression,
  type TagPlace,
  type TagSyntax,
} from './tag-expression.js';

/** What a template can name. */
export type TemplateData = Record<string, unknown>;

interface ScopeOptions {
  data: TemplateData;
  marks: LinkMarks;
  warnings: Warnings;
  isConfigured: (variable: LinkVariable) => boolean;
  /** How tags are written, also in data. */
  syntax: TagSyntax;
}

/** Most text that tags inside data may bring in, characters: a text that names another 700 times must not explode. */
const MAX_BROUGHT_IN = 500_000;

/** How docxtemplater asks for a value; `num` 0 is the outermost scope, asked last. */
interface ScopeContext {
  num: number;
  meta: { part: { module?: string } };
}

/**
 * Answers the names in a template's tags. Only own properties are reachable, so no tag gets at a prototype or a
 * function, and nothing is ever evaluated. Tags inside data strings are filled in once: what they bring in is text.
 */
export class TemplateScope {
  private broughtIn = 0;

  constructor(private readonly options: ScopeOptions) {}

  /** The `parser` option of docxtemplater. */
  readonly parser = (inside: string) => {
    const expression = parseTagExpression(inside);
    if (!expression) throw new Error(`"${inside}" is not a name such as personal.email`);
    return {
      get: (scope: unknown, context: ScopeContext) => {
        const answer = this.answer(expression, scope, context);
        return typeof answer === 'string' ? writtenAt(answer, expression.place) : answer;
      },
    };
  };

  /** Fills in the tags of a text that lies outside the template's own text, such as a data string or a target. */
  fill(text: string): string {
    return this.options.syntax(text).replace(TAG_IN_TEXT, (whole, inside: string) => {
      const expression = parseTagExpression(inside);
      if (!expression) return this.warnUnknown(whole);
      const variable = linkVariable(expression);
      if (variable) return this.options.marks.mark({ variable, label: expression.alternative });
      const value = lookUp(this.options.data, expression.path);
      const printed = printable(value) || expression.alternative;
      if (value === undefined && !expression.alternative) return this.warnUnknown(expression.path.join('.'));
      return this.bringIn(withoutTags(printed ?? ''));
    });
  }

  private bringIn(text: string): string {
    this.broughtIn += text.length;
    if (this.broughtIn <= MAX_BROUGHT_IN) return text;
    const message =
      'Tags inside the data bring in more text than a document can hold; the rest was left empty.';
    this.options.warnings.add({ code: 'data_repeats_itself', message });
    return '';
  }

  private answer(expression: TagExpression, scope: unknown, { num, meta }: ScopeContext): unknown {
    const isSection = meta.part.module !== undefined;
    const variable = linkVariable(expression);
    if (variable) {
      if (isSection) return this.options.isConfigured(variable);
      return this.options.marks.mark({ variable, label: expression.alternative });
    }
    const value = lookUp(scope, expression.path);
    // Only the outermost scope may give up; a null within must not uncover a value of the same name further out.
    if (value === undefined) return num === 0 ? this.missing(expression, value) : undefined;
    if (isSection) return value ?? false;
    if (value === null) return this.missing(expression, value);
    const printed = printable(value);
    return this.fill(printed === '' ? (expression.alternative ?? '') : printed);
  }

  private missing({ path, alternative }: TagExpression, value: unknown): string {
    if (value === undefined && alternative === undefined) this.warnUnknown(path.join('.'));
    return alternative ?? '';
  }

  private warnUnknown(tag: string): '' {
    const message = `The template names "${tag}", which the request does not hold; it was left empty.`;
    this.options.warnings.add({ code: 'unknown_tag', tag, message });
    return '';
  }
}

function linkVariable({ path }: TagExpression): LinkVariable | undefined {
  // `personal.calendly_url` is the same link: it must not slip through as plain text.
  const name =
    path.length === 2 && path[0] === 'personal' ? path[1] : path.length === 1 ? path[0] : undefined;
  return isLinkVariable(name) ? name : undefined;
}

function lookUp(scope: unknown, path: string[]): unknown {
  if (path[0] === '.') return scope;
  let value = scope;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as TemplateData)[name];
  }
  return value;
}

function printable(value: unknown): string {
  // A lone surrogate is no character: UTF-8 cannot hold it, and Word would call the document damaged.
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\r\n', '\n');
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map(printable).filter(Boolean).join(', ');
  return '';
}

/** A value as it may stand in a place. Percent signs stay: a URL in the data is escaped already. */
function writtenAt(text: string, place: TagPlace): string {
  if (place === 'text') return text;
  if (place === 'attribute') return text.replace(/\s+/g, ' ');
  return text
    .trim()
    .toWellFormed()
    .replace(/[^\x21-\x7E\uE000\uE001]|["<>\\^`{|}]/gu, encodeURIComponent);
}

function withoutTags(text: string): string {
  return text.replace(TAG_IN_TEXT, '');
}
