import type PizZip from 'pizzip';
import type { DocumentLinks } from './document-links.js';
import { withCharacterStyle } from './hyperlink-runs.js';
import type { HyperlinkStyles } from './hyperlink-styles.js';
import type { LinkMarks } from './link-marks.js';
import { resolveTarget } from './link-targets.js';
import { linkParagraph, shownText } from './paragraph-links.js';
import { RELATIONSHIPS_NAMESPACE, Relationships } from './relationships.js';
import type { Warnings } from './render-warnings.js';
import type { TemplateScope } from './template-scope.js';
import {
  append,
  attributeOf,
  childNamed,
  elementsNamed,
  escapeXml,
  parseXml,
  replaceNode,
  serializeXml,
  type XmlElement,
} from './xml-tree.js';

export interface LinkingContext {
  links: DocumentLinks;
  marks: LinkMarks;
  scope: TemplateScope;
  styles: HyperlinkStyles;
  warnings: Warnings;
}

/** Writes the links of one part (body, header, footer, notes) and the relationships they need. */
export function linkPart(zip: PizZip, path: string, context: LinkingContext): void {
  const relationships = new Relationships(zip, path);
  const xml = zip.file(path)?.asText() ?? '';
  const isTouched = context.marks.isIn(xml) || relationships.hyperlinks().length > 0;
  if (!isTouched) return;
  const tree = parseXml(xml);
  const deadTargets = fillTargets(tree, relationships, context);
  const namespace = declaresRelationships(tree) ? '' : ` xmlns:r="${RELATIONSHIPS_NAMESPACE}"`;
  const styling = () => ({ styleId: context.styles.hyperlink(), namespace });
  // Innermost first: a text box's paragraphs lie inside the paragraph that anchors it.
  for (const paragraph of elementsNamed(tree, 'w:p').reverse()) {
    linkParagraph(paragraph, { ...context, relationships, styling, deadTargets });
  }
  dropDeadTargets(tree, relationships, deadTargets);
  // What is left stands in field codes, document properties and drawings: those hold text, not hyperlinks.
  const written = context.marks.replace(serializeXml(tree), (tag) =>
    escapeXml(
      path.startsWith('docProps/')
        ? shownText(tag, context.links)
        : (context.links.find(tag.variable)?.url ?? ''),
    ),
  );
  zip.file(path, written);
  relationships.save();
}

/** Fills in tagged hyperlink targets; answers the ids of those that came to nothing. */
function fillTargets(tree: XmlElement, relationships: Relationships, context: LinkingContext): Set<string> {
  const dead = new Set<string>();
  for (const { id, target, element } of relationships.hyperlinks()) {
    const resolved = resolveTarget(target, {
      urlOf: (variable) => context.links.find(variable)?.url,
      fill: (tag) => context.scope.fill(tag),
    });
    if (resolved.kind === 'untagged') continue;
    if (resolved.kind === 'missing') {
      dead.add(id);
      continue;
    }
    relationships.setTarget(element, resolved.url);
    const places = elementsNamed(tree, 'w:hyperlink').filter((link) => attributeOf(link, 'r:id') === id);
    for (const link of places) styleRuns(link, context.styles);
    if (resolved.variable) context.links.countPlacement(resolved.variable, places.length);
  }
  return dead;
}

function styleRuns(hyperlink: XmlElement, styles: HyperlinkStyles): void {
  for (const run of elementsNamed(hyperlink, 'w:r')) {
    const properties = childNamed(run, 'w:rPr');
    if (properties && childNamed(properties, 'w:rStyle')) continue;
    const styled = withCharacterStyle(properties, styles.plain());
    if (properties) replaceNode(properties, [styled]);
    else {
      append(run, styled);
      run.children.unshift(...run.children.splice(-1));
    }
  }
}

function dropDeadTargets(tree: XmlElement, relationships: Relationships, dead: ReadonlySet<string>): void {
  for (const name of ['a:hlinkClick', 'a:hlinkHover', 'w:hyperlink']) {
    for (const element of elementsNamed(tree, name)) {
      if (!dead.has(attributeOf(element, 'r:id') ?? '')) continue;
      replaceNode(element, name === 'w:hyperlink' ? [...element.children] : []);
    }
  }
  for (const { id, element } of relationships.hyperlinks()) if (dead.has(id)) relationships.remove(element);
}

function declaresRelationships(tree: XmlElement): boolean {
  const root = tree.children.find((child) => child.kind === 'element');
  return root !== undefined && attributeOf(root, 'xmlns:r') === RELATIONSHIPS_NAMESPACE;
}
