import { MalformedXmlError, parseXml, type XmlElement } from '../../rendering/xml-tree.js';
import type { Archive } from './read-archive.js';
import { judgePartSize } from './read-archive.js';
import type { TemplateLimits } from './template-limits.js';
import { refuse, refuseIfAny } from './template-refused-error.js';

/** An XML part of the package, known to be well-formed, of UTF-8, without a DTD and not too deep. */
export interface XmlPart {
  path: string;
  root: XmlElement;
}

const BYTE_ORDER_MARK = 0xfeff;
const DECLARED_ENCODING = /^<\?xml[^>]*\bencoding\s*=\s*["']([^"']*)["']/;

/** Parses everything in the package that a reader might take for XML, whatever it is called. */
export function parseParts(archive: Archive, limits: TemplateLimits): XmlPart[] {
  const parts = [...archive].flatMap(([path, bytes]) => (looksLikeXml(path, bytes) ? { path, bytes } : []));
  for (const { path, bytes } of parts) judgePartSize(path, bytes.length, limits);
  const texts = parts.map(({ path, bytes }) => ({ path, text: decode(path, bytes) }));
  refuseIfAny(
    texts
      .filter(({ text }) => /<!(DOCTYPE|ENTITY)/i.test(text))
      .map(({ path }) => ({
        code: 'dtd',
        message: `${path} declares a document type or an entity, which Word never writes. Save the document again in Word.`,
        file: path,
      })),
  );
  return texts.map(({ path, text }) => ({ path, root: parse(path, text, limits) }));
}

/** The name without its namespace prefix: prefixes are the writer's choice. */
export function localName({ name }: XmlElement): string {
  return name.slice(name.indexOf(':') + 1);
}

/** Every element below, parents first, without recursion. */
export function walk(root: XmlElement, visit: (element: XmlElement, depth: number) => void): void {
  const open: { element: XmlElement; next: number }[] = [{ element: root, next: 0 }];
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const child = top.element.children[top.next++];
    if (!child) {
      open.pop();
    } else if (child.kind === 'element') {
      visit(child, open.length);
      open.push({ element: child, next: 0 });
    }
  }
}

function looksLikeXml(path: string, bytes: Buffer): boolean {
  if (/\.(xml|rels|vml|svg)$/i.test(path)) return true;
  const start = bytes
    .subarray(0, 200)
    .toString('latin1')
    .replace(/[\0\s]|^\xef\xbb\xbf|^\xff\xfe|^\xfe\xff/g, '');
  return start.startsWith('<');
}

function decode(path: string, bytes: Buffer): string {
  const text = bytes.toString('utf8');
  const start = text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
  const encoding = DECLARED_ENCODING.exec(start)?.[1] ?? 'utf-8';
  if (
    !/^(utf-?8|us-ascii)$/i.test(encoding) ||
    text.includes('\0') ||
    bytes[0] === 0xff ||
    bytes[0] === 0xfe
  ) {
    refuse('unsupported_encoding', `${path} is not written in UTF-8. Save the document again in Word.`, {
      file: path,
    });
  }
  return start;
}

function parse(path: string, text: string, { xmlDepth }: TemplateLimits): XmlElement {
  try {
    const root = parseXml(text);
    walk(root, (_, depth) => {
      if (depth > xmlDepth)
        refuse(
          'xml_too_deep',
          `${path} nests elements deeper than ${xmlDepth} levels. Take tables and text boxes out of one another.`,
          { file: path },
        );
    });
    return root;
  } catch (cause) {
    if (!(cause instanceof MalformedXmlError)) throw cause;
    return refuse(
      'malformed_xml',
      `${path} is damaged (${cause.message}). Save the document again in Word.`,
      {
        file: path,
      },
    );
  }
}
