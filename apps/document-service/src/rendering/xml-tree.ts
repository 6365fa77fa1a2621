/**
 * A tree over the XML text of one document part that serialises back to the same text where nothing was changed
 * (`<w:p></w:p>` becomes `<w:p/>`). Word is picky about namespaces, prefixes and attribute order: a DOM would rewrite them, this keeps them as text.
 */
export interface XmlElement {
  kind: 'element';
  name: string;
  /** The attributes as they stand in the source, with the leading space: ` w:val="x"`. */
  attributes: string;
  children: XmlNode[];
  parent?: XmlElement;
}

/** Text (still escaped), comments, CDATA and processing instructions. */
export interface XmlText {
  kind: 'text';
  value: string;
  parent?: XmlElement;
}

export type XmlNode = XmlElement | XmlText;

/** The part is not well-formed. */
export class MalformedXmlError extends Error {
  readonly code = 'malformed_xml';
  override readonly name = 'MalformedXmlError';
}

const TOKEN = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<[?!][^>]*>|<(?:[^<"'>]|"[^"]*"|'[^']*')+>|[^<]+/g;
const TAG = /^<\/?([^\s/>]+)([\s\S]*?)(\/?)>$/;

/** Parses a part. The root of the answer is nameless and holds the prolog and the document element. */
export function parseXml(xml: string): XmlElement {
  const root = createElement('');
  let open = root;
  let consumed = 0;
  for (const [token] of xml.matchAll(TOKEN)) {
    consumed += token.length;
    const tag = token.startsWith('<') && !/^<[?!]/.test(token) ? TAG.exec(token) : null;
    if (!tag) {
      append(open, { kind: 'text', value: token });
    } else if (token.startsWith('</')) {
      if (open.name !== tag[1] || !open.parent) throw new MalformedXmlError(`unexpected </${tag[1]}>`);
      open = open.parent;
    } else {
      const element = createElement(tag[1] ?? '', tag[2]?.trimEnd());
      append(open, element);
      if (tag[3] === '') open = element;
    }
  }
  if (open !== root) throw new MalformedXmlError(`<${open.name}> is not closed`);
  if (consumed !== xml.length) throw new MalformedXmlError('a tag is broken');
  return root;
}

export function serializeXml(node: XmlNode): string {
  if (node.kind === 'text') return node.value;
  const inner = node.children.map(serializeXml).join('');
  if (node.name === '') return inner;
  if (inner === '') return `<${node.name}${node.attributes}/>`;
  return `<${node.name}${node.attributes}>${inner}</${node.name}>`;
}

export function createElement(name: string, attributes = '', children: XmlNode[] = []): XmlElement {
  const element: XmlElement = { kind: 'element', name, attributes, children: [] };
  for (const child of children) append(element, child);
  return element;
}

export function append(parent: XmlElement, child: XmlNode): void {
  child.parent = parent;
  parent.children.push(child);
}

/** Puts other nodes in the place of one; with none, removes it. */
export function replaceNode(node: XmlNode, replacement: XmlNode[] = []): void {
  const { parent } = node;
  if (!parent) return;
  for (const child of replacement) child.parent = parent;
  parent.children.splice(parent.children.indexOf(node), 1, ...replacement);
  node.parent = undefined;
}

/** A deep copy without a parent. */
export function cloneElement(element: XmlElement): XmlElement {
  const copies = element.children.map(
    (child): XmlNode => (child.kind === 'text' ? { kind: 'text', value: child.value } : cloneElement(child)),
  );
  return createElement(element.name, element.attributes, copies);
}

export function childNamed(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find(
    (child): child is XmlElement => child.kind === 'element' && child.name === name,
  );
}

/** Every element of a name below this one, in document order, as they are now. */
export function elementsNamed(element: XmlElement, name: string): XmlElement[] {
  const found: XmlElement[] = [];
  collectNamed(element, name, found);
  return found;
}

function collectNamed(element: XmlElement, name: string, found: XmlElement[]): void {
  for (const child of element.children) {
    if (child.kind !== 'element') continue;
    if (child.name === name) found.push(child);
    collectNamed(child, name, found);
  }
}

/** Every element below this one, in document order, as they are now. */
export function allElements(element: XmlElement, found: XmlElement[] = []): XmlElement[] {
  for (const child of element.children) {
    if (child.kind !== 'element') continue;
    found.push(child);
    allElements(child, found);
  }
  return found;
}

/** Every attribute with its value, unescaped. */
export function attributesOf({ attributes }: XmlElement): [name: string, value: string][] {
  return [...attributes.matchAll(/\s([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(
    ([, name = '', double, single = '']) => [name, unescapeXml(double ?? single)],
  );
}

/** An attribute's value, unescaped. */
export function attributeOf(element: XmlElement, name: string): string | undefined {
  if (!element.attributes.includes(name)) return undefined;
  const match = attributePattern(name).exec(element.attributes);
  const value = match?.[1] ?? match?.[2];
  return value === undefined ? undefined : unescapeXml(value);
}

const patterns = new Map<string, RegExp>();

function attributePattern(name: string): RegExp {
  const known = patterns.get(name);
  if (known) return known;
  const pattern = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`);
  patterns.set(name, pattern);
  return pattern;
}

export function setAttribute(element: XmlElement, name: string, value: string): void {
  const written = ` ${name}="${escapeXml(value)}"`;
  const existing = new RegExp(`\\s${name}\\s*=\\s*(?:"[^"]*"|'[^']*')`);
  element.attributes = existing.test(element.attributes)
    ? element.attributes.replace(existing, () => written)
    : element.attributes + written;
}

export function removeAttribute(element: XmlElement, name: string): void {
  element.attributes = element.attributes.replace(new RegExp(`\\s${name}\\s*=\\s*(?:"[^"]*"|'[^']*')`), '');
}

/** The unescaped text of an element's direct text children. */
export function textOf(element: XmlElement): string {
  return element.children.map((child) => (child.kind === 'text' ? unescapeXml(child.value) : '')).join('');
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}

export function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));/g, (whole, hex, decimal, name) => {
    if (name) return ENTITIES[name] ?? whole;
    const codePoint = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : whole;
  });
}
