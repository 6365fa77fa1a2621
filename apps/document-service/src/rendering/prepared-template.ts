import PizZip from 'pizzip';
import { carryAttributes } from './carried-attributes.js';
import { linkFields } from './hyperlink-fields.js';
import { styleRuns } from './hyperlink-runs.js';
import { HyperlinkStyles } from './hyperlink-styles.js';
import { isUnsafe } from './link-targets.js';
import { ParagraphText } from './paragraph-text.js';
import { mainPartOf, Relationships } from './relationships.js';
import { bracesOnly, olderTagsToo, type TagSyntax } from './tag-expression.js';
import { TemplateInvalidError, unsafeTarget } from './template-invalid-error.js';
import {
  attributeOf,
  childNamed,
  elementsNamed,
  parseXml,
  replaceNode,
  serializeXml,
  textOf,
  type XmlElement,
} from './xml-tree.js';

/** A template made ready to be filled in any number of times; derived from its bytes alone, so it can be kept. */
export interface PreparedTemplate {
  bytes: Uint8Array;
  syntax: TagSyntax;
  /** The parts with a tag, or what may be one: only these change while the template is filled in. */
  tagged: ReadonlySet<string>;
}

const BOUND_CONTENT = ['w:text', 'w:dataBinding', 'w15:dataBinding', 'w:showingPlcHdr'];
const kept = new WeakMap<Uint8Array, Map<boolean, PreparedTemplate>>();

/**
 * Brings what different word processors write into the one form that rendering knows: every tag in braces, links as
 * `w:hyperlink` with a styled run, attributes with tags carried into the text. The answer is kept for as long as
 * somebody holds these very bytes.
 *
 * Throws {@link TemplateInvalidError} when a link leads where no reader must be led.
 */
export function prepareTemplate(template: Uint8Array, olderTags: boolean): PreparedTemplate {
  const known = kept.get(template) ?? new Map<boolean, PreparedTemplate>();
  kept.set(template, known);
  const prepared = known.get(olderTags) ?? prepare(template, olderTags ? olderTagsToo : bracesOnly);
  known.set(olderTags, prepared);
  return prepared;
}

function prepare(template: Uint8Array, syntax: TagSyntax): PreparedTemplate {
  const zip = unpack(template);
  const styles = new HyperlinkStyles(zip, mainPartOf(zip));
  const unsafe = Object.keys(zip.files)
    .filter((path) => /^word\/[^/]+\.xml$/.test(path))
    .flatMap((path) => preparePart(zip, path, { styles, syntax }));
  if (unsafe.length > 0) throw new TemplateInvalidError(unsafe);
  styles.save();
  const bytes = zip.generate({ type: 'uint8array', compression: 'DEFLATE' });
  return { bytes, syntax, tagged: new Set(Object.keys(zip.files).filter((path) => mayHoldTag(zip, path))) };
}

function preparePart(zip: PizZip, path: string, context: { styles: HyperlinkStyles; syntax: TagSyntax }) {
  const { styles, syntax } = context;
  const xml = zip.file(path)?.asText() ?? '';
  const relationships = new Relationships(zip, path);
  const hasLinks = relationships.hyperlinks().length > 0 || /HYPERLINK|\shref=/i.test(xml);
  if (!hasLinks && !/\{|&lt;|%7B|%3C/i.test(xml)) return [];
  const tree = parseXml(xml);
  if (syntax !== bracesOnly) rewriteTags(tree, syntax);
  const unsafe = [...linkFields(tree, relationships, syntax), ...unsafeTargets(tree, relationships)];
  for (const control of elementsNamed(tree, 'w:sdt')) unbind(control);
  for (const link of elementsNamed(tree, 'w:hyperlink')) {
    if (relationships.findHyperlink(attributeOf(link, 'r:id')) !== undefined) styleRuns(link, styles);
  }
  carryAttributes(tree, relationships, syntax);
  zip.file(path, serializeXml(tree));
  relationships.save();
  return unsafe.map((target) => unsafeTarget(target, path));
}

function mayHoldTag(zip: PizZip, path: string): boolean {
  return /\.(?:xml|rels)$/i.test(path) && /[{}]|%7B|%3C/i.test(zip.file(path)?.asText() ?? '');
}

/** A tag may be split over runs, so it is looked for in the paragraph's text; what replaces it is as long. */
function rewriteTags(tree: XmlElement, syntax: TagSyntax): void {
  for (const paragraph of elementsNamed(tree, 'w:p')) {
    const view = new ParagraphText(paragraph);
    const rewritten = syntax(view.text);
    if (rewritten !== view.text) view.overwrite(rewritten);
  }
}

function unsafeTargets(tree: XmlElement, relationships: Relationships): string[] {
  const written = ['v:shape', 'v:rect', 'v:roundrect', 'v:oval', 'v:line', 'v:group'].flatMap((name) =>
    elementsNamed(tree, name).map((element) => attributeOf(element, 'href') ?? ''),
  );
  const linked = relationships.hyperlinks().map(({ target }) => target);
  return [...written, ...linked].filter((target) => !/\{\{|%7B%7B|%3C%3C/i.test(target) && isUnsafe(target));
}

/**
 * A content control that holds a tag becomes an ordinary one: Word would fill a bound one from elsewhere, takes
 * placeholder text for no text, and allows no link in a control for plain text.
 */
function unbind(control: XmlElement): void {
  const properties = childNamed(control, 'w:sdtPr');
  const content = childNamed(control, 'w:sdtContent');
  if (!properties || !content) return;
  const text = elementsNamed(content, 'w:t').map(textOf).join('');
  if (!text.includes('{{')) return;
  for (const name of BOUND_CONTENT) {
    const element = childNamed(properties, name);
    if (element) replaceNode(element);
  }
}

function unpack(template: Uint8Array): PizZip {
  try {
    return new PizZip(template);
  } catch (cause) {
    throw new TemplateInvalidError([{ code: 'not_docx', message: 'The file is not a .docx.' }], { cause });
  }
}
