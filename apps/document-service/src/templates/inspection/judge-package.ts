import { attributeOf, type XmlElement } from '../../rendering/xml-tree.js';
import type { Archive } from './read-archive.js';
import { refuse } from './template-refused-error.js';
import { walk, type XmlPart } from './xml-part.js';

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
