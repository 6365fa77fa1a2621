import type { TemplateProblem } from '../../rendering/template-invalid-error.js';
import { attributeOf, type XmlElement } from '../../rendering/xml-tree.js';
import type { Archive } from './read-archive.js';
import { refuse } from './template-refused-error.js';
import { localName, walk, type XmlPart } from './xml-part.js';

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
const CONTENT_TYPES = '[Content_Types].xml';

/** What other files that end in .docx turn out to be, by a word of their main part's content type. */
const OTHER_KINDS: readonly (readonly [string, string])[] = [
  ['spreadsheetml', 'an Excel workbook'],
  ['ms-excel', 'an Excel workbook'],
  ['presentationml', 'a PowerPoint presentation'],
  ['ms-powerpoint', 'a PowerPoint presentation'],
  ['wordprocessingml.template', 'a Word template (.dotx)'],
];

/** Whether a package is a Word document without macros, by what it declares and what it holds. */
export function judgeKind(archive: Archive, parts: readonly XmlPart[]): void {
  const types = parts.find(({ path }) => path === CONTENT_TYPES);
  if (!types) refuse('not_docx', 'The file is a zip archive, but no Word document.');
  const declared = contentTypes(types.root);
  const holdsMacros =
    [...archive.keys()].some((path) =>
      /(^|\/)(vba(project|data)[^/]*|attachedtoolbars)\.(bin|xml)$/i.test(path),
    ) ||
    [...declared.values()].some((type) =>
      /macroEnabled|vbaProject|ms-word\.(attachedToolbars|vbaData)/i.test(type),
    );
  if (holdsMacros) {
    refuse('macros', 'The document holds macros. Save it as "Word Document (.docx)", which drops them.');
  }
  const main = mainPart(parts);
  const type = main && declared.get(`/${main}`.toLowerCase());
  if (type === WORD && archive.has(main ?? '')) return;
  const kind = OTHER_KINDS.find(([word]) =>
    [...declared.values()].some((declaredType) => declaredType.includes(word)),
  );
  const found = kind ? `This is ${kind[1]}` : 'The file holds no Word document';
  refuse('not_docx', `${found}. Save the document as "Word Document (.docx)" and upload that.`);
}

/** Everything outside the package that a part refers to, but hyperlinks: converters fetch such things on their own. */
export function findExternalReferences(parts: readonly XmlPart[]): TemplateProblem[] {
  return parts.flatMap(({ path, root }) => {
    const found: TemplateProblem[] = [];
    walk(root, (element) => {
      const isRelationship = /\.rels$/i.test(path) && localName(element) === 'Relationship';
      const target = isRelationship ? externalTarget(element) : embeddedReference(path, element);
      if (target === undefined) return;
      const what = /\/(\w+)$/.exec(attributeOf(element, 'Type') ?? '')?.[1] ?? localName(element);
      const message = `${path} refers to something outside the document (${what}: ${target.slice(0, 100)}). Insert it into the document instead of linking it.`;
      found.push({ code: 'external_relationship', message, file: path });
    });
    return found;
  });
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
  const names =
    /\.svg$/i.test(path) || SVG_SOURCES.has(localName(element)) ? ['src', 'href', 'xlink:href'] : ['src'];
  return names
    .map((name) => attributeOf(element, name))
    .find((value) => value !== undefined && isAddress(value));
}

const SVG_SOURCES = new Set(['image', 'use', 'feImage', 'script']);

function isAddress(target: string): boolean {
  return /^\s*([a-z][a-z0-9+.-]*:|\/\/|\\\\)/i.test(target);
}

function contentTypes(root: XmlElement): Map<string, string> {
  const types = new Map<string, string>();
  walk(root, (element) => {
    const key = attributeOf(element, 'PartName') ?? attributeOf(element, 'Extension');
    if (key) types.set(key.toLowerCase(), attributeOf(element, 'ContentType') ?? '');
  });
  return types;
}

function mainPart(parts: readonly XmlPart[]): string | undefined {
  const relationships = parts.find(({ path }) => path === '_rels/.rels');
  let main: string | undefined;
  if (relationships) {
    walk(relationships.root, (element) => {
      if (attributeOf(element, 'Type')?.endsWith('/officeDocument')) main ??= attributeOf(element, 'Target');
    });
  }
  return main?.replace(/^\//, '');
}
