import type PizZip from 'pizzip';
import { CARRIER, takeCarried } from './carried-attributes.js';
import type { DocumentLinks } from './document-links.js';
import type { HyperlinkStyles } from './hyperlink-styles.js';
import type { LinkMarks } from './link-marks.js';
import { resolveTarget } from './link-targets.js';
import { isAlternative, linkParagraph, shownText } from './paragraph-links.js';
import { namespaceFor, Relationships } from './relationships.js';
import type { Warnings } from './render-warnings.js';
import { TemplateInvalidError, unsafeTarget } from './template-invalid-error.js';
import {
  elementsNamed,
  escapeXml,
  parseXml,
  removeAttribute,
  replaceNode,
  serializeXml,
  setAttribute,
  type XmlElement,
} from './xml-tree.js';

export interface LinkingContext {
  links: DocumentLinks;
  marks: LinkMarks;
  styles: HyperlinkStyles;
  warnings: Warnings;
}

/** Writes the links of one part (body, header, footer, notes) and the relationships they need. */
export function linkPart(zip: PizZip, path: string, context: LinkingContext): void {
  const xml = zip.file(path)?.asText() ?? '';
  if (!context.marks.isIn(xml) && !xml.includes(`<${CARRIER}`)) return;
  const relationships = new Relationships(zip, path);
  const tree = parseXml(xml);
  const dead = fillAttributes(tree, relationships, { ...context, path });
  const namespace = namespaceFor(tree);
  const styling = () => ({ styleId: context.styles.hyperlink(), namespace });
  // Innermost first: a text box's paragraphs lie inside the paragraph that anchors it.
  for (const paragraph of elementsNamed(tree, 'w:p').reverse()) {
    linkParagraph(paragraph, { ...context, relationships, styling, dead });
  }
  // What is left stands in document properties and drawings: those hold text, not hyperlinks.
  const written = context.marks.replace(serializeXml(tree), (tag) =>
    escapeXml(shownText(tag, context.links)),
  );
  zip.file(path, written);
  relationships.save();
}

/** Writes the carried attributes back; answers the hyperlinks whose target came to nothing. */
function fillAttributes(
  tree: XmlElement,
  relationships: Relationships,
  { links, marks, path }: LinkingContext & { path: string },
): Set<XmlElement> {
  const dead = new Set<XmlElement>();
  for (const { element, name, isTarget, value } of takeCarried(tree)) {
    if (!isTarget) {
      setAttribute(
        element,
        name,
        marks.replace(value, (tag) => shownText(tag, links)),
      );
      continue;
    }
    const resolved = resolveTarget(value, marks, (variable) => links.find(variable)?.url);
    if (resolved.kind === 'unsafe') throw new TemplateInvalidError([unsafeTarget(resolved.url, path)]);
    if (resolved.kind === 'missing') {
      if (element.name === 'w:hyperlink') dead.add(element);
      else if (name === 'r:id') replaceNode(element);
      else removeAttribute(element, name);
      continue;
    }
    setAttribute(element, name, name === 'r:id' ? relationships.hyperlinkTo(resolved.url) : resolved.url);
    if (resolved.variable && isFollowed(element)) links.countPlacement(resolved.variable);
  }
  return dead;
}

/** Word writes a picture's link twice, and a text box as a whole for old readers once more. */
function isFollowed(element: XmlElement): boolean {
  if (isAlternative(element)) return false;
  return !element.name.startsWith('a:hlink') || element.parent?.name === 'wp:docPr';
}
