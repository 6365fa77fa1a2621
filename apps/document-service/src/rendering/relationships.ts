import type PizZip from 'pizzip';
import {
  append,
  attributeOf,
  createElement,
  elementsNamed,
  parseXml,
  replaceNode,
  serializeXml,
  setAttribute,
  type XmlElement,
} from './xml-tree.js';

export const RELATIONSHIPS_NAMESPACE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const HYPERLINK = `${RELATIONSHIPS_NAMESPACE}/hyperlink`;
const EMPTY =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>';

/** The relationships of one part, read from and written to its `.rels`, which need not exist yet. */
export class Relationships {
  private readonly path: string;
  private readonly tree: XmlElement;
  private changed = false;

  constructor(
    private readonly zip: PizZip,
    partPath: string,
  ) {
    this.path = relationshipsPathOf(partPath);
    this.tree = parseXml(zip.file(this.path)?.asText() ?? EMPTY);
  }

  /** Id of an external hyperlink to a URL: one per URL, however often it is placed. */
  hyperlinkTo(url: string): string {
    const existing = this.hyperlinks().find(({ target }) => target === url);
    return existing?.id ?? this.addHyperlink(url);
  }

  /** Id of a new external hyperlink. */
  addHyperlink(target: string): string {
    return this.add(HYPERLINK, target, 'External');
  }

  /** Where the external hyperlink of an id leads. */
  findHyperlink(id: string | undefined): string | undefined {
    return this.hyperlinks().find((link) => link.id === id)?.target;
  }

  /** External hyperlinks with their ids. */
  hyperlinks(): { id: string; target: string; element: XmlElement }[] {
    return this.elements().flatMap((element) => {
      const isExternal = attributeOf(element, 'TargetMode') === 'External';
      if (attributeOf(element, 'Type') !== HYPERLINK || !isExternal) return [];
      return [
        { id: attributeOf(element, 'Id') ?? '', target: attributeOf(element, 'Target') ?? '', element },
      ];
    });
  }

  /** The target of the first relationship of a type, by the last word of its URI (`styles`). */
  findTarget(typeName: string): string | undefined {
    const found = this.elements().find((element) => attributeOf(element, 'Type')?.endsWith(`/${typeName}`));
    return found && attributeOf(found, 'Target');
  }

  add(type: string, target: string, mode?: 'External'): string {
    const taken = new Set(this.elements().map((element) => attributeOf(element, 'Id')));
    let number = taken.size + 1;
    while (taken.has(`rId${number}`)) number++;
    const element = createElement('Relationship', '');
    const facts = { Id: `rId${number}`, Type: type, Target: target, ...(mode && { TargetMode: mode }) };
    for (const [name, value] of Object.entries(facts)) setAttribute(element, name, value);
    const list = elementsNamed(this.tree, 'Relationships')[0];
    if (list) append(list, element);
    this.changed = true;
    return `rId${number}`;
  }

  remove(element: XmlElement): void {
    replaceNode(element);
    this.changed = true;
  }

  save(): void {
    if (this.changed) this.zip.file(this.path, serializeXml(this.tree));
  }

  private elements(): XmlElement[] {
    return elementsNamed(this.tree, 'Relationship');
  }
}

/** Path of the part with the document's body. */
export function mainPartOf(zip: PizZip): string {
  return new Relationships(zip, '').findTarget('officeDocument')?.replace(/^\//, '') ?? 'word/document.xml';
}

/** The declaration that `r:id` needs on an element of a part that does not declare it itself, or nothing. */
export function namespaceFor(tree: XmlElement): string {
  const root = tree.children.find((child) => child.kind === 'element');
  const isDeclared = root && attributeOf(root, 'xmlns:r') === RELATIONSHIPS_NAMESPACE;
  return isDeclared ? '' : ` xmlns:r="${RELATIONSHIPS_NAMESPACE}"`;
}

/** `word/document.xml` → `word/_rels/document.xml.rels`. */
export function relationshipsPathOf(partPath: string): string {
  const slash = partPath.lastIndexOf('/') + 1;
  return `${partPath.slice(0, slash)}_rels/${partPath.slice(slash)}.rels`;
}
