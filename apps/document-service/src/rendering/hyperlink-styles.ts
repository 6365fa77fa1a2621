import type PizZip from 'pizzip';
import { RELATIONSHIPS_NAMESPACE, Relationships } from './relationships.js';
import {
  append,
  attributeOf,
  childNamed,
  elementsNamed,
  parseXml,
  serializeXml,
  type XmlElement,
} from './xml-tree.js';

const STYLES_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml';
const EMPTY_STYLES =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>';
const LINK_PROPERTIES = '<w:rPr><w:color w:val="0563C1"/><w:u w:val="single"/></w:rPr>';

/**
 * The character styles that links need: LibreOffice leaves a link out of a PDF unless its run has one. Both are
 * made on first use, so that a document without links keeps its styles as they were.
 */
export class HyperlinkStyles {
  private readonly path: string;
  private parsed: XmlElement | undefined;
  private changed = false;

  constructor(
    private readonly zip: PizZip,
    private readonly mainPart: string,
  ) {
    const folder = mainPart.slice(0, mainPart.lastIndexOf('/') + 1);
    const target = new Relationships(zip, mainPart).findTarget('styles') ?? 'styles.xml';
    this.path = target.startsWith('/') ? target.slice(1) : folder + target;
  }

  private get tree(): XmlElement {
    this.parsed ??= parseXml(this.zip.file(this.path)?.asText() ?? EMPTY_STYLES);
    return this.parsed;
  }

  /** Id of the style named "Hyperlink". Ids are localised by Word, the name is not. */
  hyperlink(): string {
    return this.ensure('Hyperlink', LINK_PROPERTIES);
  }

  /** Id of a style without any look, for the author's own links that have none. */
  plain(): string {
    return this.ensure('Footfall Link', '', ' w:customStyle="1"');
  }

  save(): void {
    if (!this.changed) return;
    if (!this.zip.file(this.path)) this.registerPart();
    this.zip.file(this.path, serializeXml(this.tree));
  }

  private ensure(name: string, properties: string, custom = ''): string {
    const styles = elementsNamed(this.tree, 'w:style');
    const existing = styles.find(
      (style) => attributeOf(style, 'w:type') === 'character' && nameOf(style) === name.toLowerCase(),
    );
    if (existing) return attributeOf(existing, 'w:styleId') ?? name;
    const taken = new Set(styles.map((style) => attributeOf(style, 'w:styleId')));
    let id = name.replaceAll(' ', '');
    while (taken.has(id)) id += '1';
    const fragment = parseXml(
      `<w:style w:type="character"${custom} w:styleId="${id}"><w:name w:val="${name}"/><w:uiPriority w:val="99"/><w:unhideWhenUsed/>${properties}</w:style>`,
    );
    const root = childNamed(this.tree, 'w:styles');
    for (const node of fragment.children) if (root) append(root, node);
    this.changed = true;
    return id;
  }

  private registerPart(): void {
    const relationships = new Relationships(this.zip, this.mainPart);
    relationships.add(`${RELATIONSHIPS_NAMESPACE}/styles`, 'styles.xml');
    relationships.save();
    const types = this.zip.file('[Content_Types].xml')?.asText() ?? '';
    const override = `<Override PartName="/${this.path}" ContentType="${STYLES_TYPE}"/></Types>`;
    this.zip.file('[Content_Types].xml', types.replace('</Types>', override));
  }
}

function nameOf(style: XmlElement): string | undefined {
  const name = childNamed(style, 'w:name');
  return name && attributeOf(name, 'w:val')?.toLowerCase();
}
