import { relationshipsPathOf } from '../../rendering/relationships.js';
import type { TemplateProblem } from '../../rendering/template-invalid-error.js';
import { attributeOf, attributesOf, type XmlElement } from '../../rendering/xml-tree.js';
import { localName, walk, type XmlPart } from './xml-part.js';

/** Everything outside the package that a part refers to, but hyperlinks: converters fetch such things on their own. */
export function findExternalReferences(parts: readonly XmlPart[]): TemplateProblem[] {
  return parts.flatMap(({ path, root }) => {
    const found: TemplateProblem[] = [];
    const targets = linkTargets(relationshipsOf(path, parts));
    walk(root, (element) => {
      const isRelationship = /\.rels$/i.test(path) && localName(element) === 'Relationship';
      const target = isRelationship
        ? externalTarget(element)
        : (embeddedReference(path, element) ?? misusedLink(element, targets));
      if (target === undefined) return;
      const what = /\/(\w+)$/.exec(attributeOf(element, 'Type') ?? '')?.[1] ?? localName(element);
      found.push({ code: 'external_relationship', message: describe(path, what, target), file: path });
    });
    return found;
  });
}

function describe(path: string, what: string, target: string): string {
  const remedy =
    what === 'attachedTemplate'
      ? 'Detach it: in Word, Developer > Document Template > Normal.'
      : 'Insert it into the document instead of linking it.';
  return `${path} refers to something outside the document (${what}: ${target.slice(0, 100)}). ${remedy}`;
}

/** With or without TargetMode: an address is an address. */
function externalTarget(relationship: XmlElement): string | undefined {
  const target = attributeOf(relationship, 'Target') ?? '';
  const type = attributeOf(relationship, 'Type') ?? '';
  const isExternal =
    attributeOf(relationship, 'TargetMode')?.toLowerCase() === 'external' || isAddress(target);
  // Foreign content that is taken in while opening may name addresses of its own.
  if (/\/(aFChunk|attachedTemplate|subDocument|frame)$/i.test(type)) return target || type;
  return isExternal && !type.endsWith('/hyperlink') ? target : undefined;
}

/** Pictures may name their source without any relationship: in VML by `src`, in SVG by `href`. */
function embeddedReference(path: string, element: XmlElement): string | undefined {
  if (!/^word\/|\.(svg|vml)$/i.test(path)) return undefined;
  const names =
    /\.svg$/i.test(path) || SVG_SOURCES.has(localName(element)) ? ['src', 'href', 'xlink:href'] : ['src'];
  return names
    .map((name) => attributeOf(element, name))
    .find((value) => value !== undefined && isAddress(value));
}

/**
 * The address of a hyperlink's relationship that something else than a hyperlink names: readers look relationships
 * up by id, so a picture can be linked by way of one.
 */
function misusedLink(element: XmlElement, targets: ReadonlyMap<string, string>): string | undefined {
  if (targets.size === 0 || LINKS.has(localName(element))) return undefined;
  const named = attributesOf(element).find(([name, value]) => name.includes(':') && targets.has(value));
  return named && targets.get(named[1]);
}

const LINKS = new Set(['hyperlink', 'hlinkClick', 'hlinkHover', 'hlinkMouseOver']);

function relationshipsOf(path: string, parts: readonly XmlPart[]): XmlPart | undefined {
  const file = relationshipsPathOf(path);
  return parts.find((part) => part.path === file);
}

function linkTargets(relationships: XmlPart | undefined): Map<string, string> {
  const targets = new Map<string, string>();
  if (!relationships) return targets;
  walk(relationships.root, (element) => {
    if (!attributeOf(element, 'Type')?.endsWith('/hyperlink')) return;
    targets.set(attributeOf(element, 'Id') ?? '', attributeOf(element, 'Target') ?? '');
  });
  return targets;
}

const SVG_SOURCES = new Set(['image', 'use', 'feImage', 'script']);

function isAddress(target: string): boolean {
  return /^\s*([a-z][a-z0-9+.-]*:|\/\/|\\\\)/i.test(target);
}
