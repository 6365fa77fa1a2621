import PizZip from 'pizzip';
import { attributeOf, elementsNamed, parseXml, type XmlElement } from '../src/rendering/xml-tree.js';

export interface ReadLink {
  text: string;
  target: string | undefined;
  /** The XML of the link's run properties. */
  external: boolean;
}

/** Opens a .docx as a reader would, without any code that wrote it but the XML parser. */
export class DocxReader {
  private readonly zip: PizZip;

  constructor(bytes: Uint8Array) {
    this.zip = new PizZip(bytes);
  }

  xml(path = 'word/document.xml'): string {
    return this.zip.file(path)?.asText() ?? '';
  }

  /** The text of each paragraph; empty paragraphs included, tabs as `\t`. */
  lines(path = 'word/document.xml'): string[] {
    return [...elementsNamed(parseXml(this.xml(path)), 'w:p')].map(textBelow);
  }

  /** Every hyperlink with what its relationship says. */
  links(path = 'word/document.xml'): ReadLink[] {
    const slash = path.lastIndexOf('/') + 1;
    const relationships = [
      ...elementsNamed(
        parseXml(this.xml(`${path.slice(0, slash)}_rels/${path.slice(slash)}.rels`)),
        'Relationship',
      ),
    ];
    return [...elementsNamed(parseXml(this.xml(path)), 'w:hyperlink')].map((link) => {
      const found = relationships.find((rel) => attributeOf(rel, 'Id') === attributeOf(link, 'r:id'));
      const isHyperlink = found && attributeOf(found, 'Type')?.endsWith('/hyperlink');
      return {
        text: textBelow(link),
        target: isHyperlink ? attributeOf(found, 'Target') : undefined,
        external: found !== undefined && attributeOf(found, 'TargetMode') === 'External',
      };
    });
  }

  /** Parts that still hold a tag in any spelling. */
  partsWithTags(): string[] {
    return Object.keys(this.zip.files).filter((path) => {
      const text = (this.zip.file(path)?.asText() ?? '').replace(/<[^>]*>/g, '');
      return /\{\{|\}\}|%7B%7B|\uE000/i.test(text) || /Target="[^"]*(\{\{|%7B|%257B)/i.test(this.xml(path));
    });
  }
}

function textBelow(element: XmlElement): string {
  return element.children
    .map((child) => {
      if (child.kind === 'text') return '';
      if (child.name === 'w:t')
        return child.children.map((text) => (text.kind === 'text' ? text.value : '')).join('');
      if (child.name === 'w:tab' && element.name === 'w:r') return '\t';
      if (child.name === 'w:br') return '\n';
      return textBelow(child);
    })
    .join('');
}
