import Docxtemplater from 'docxtemplater';
import fileTypeConfigs from 'docxtemplater/js/file-type-config.js';
import PizZip from 'pizzip';
import { type DocumentLink, DocumentLinks } from './document-links.js';
import { HyperlinkStyles } from './hyperlink-styles.js';
import { removeLeftovers } from './leftover-gate.js';
import { LinkMarks, type LinkVariable } from './link-marks.js';
import { type LinkingContext, linkPart } from './part-links.js';
import { Relationships } from './relationships.js';
import { type DocumentWarning, Warnings } from './render-warnings.js';
import { TemplateInvalidError, templateProblems } from './template-invalid-error.js';
import { type TemplateData, TemplateScope } from './template-scope.js';
import { MalformedXmlError } from './xml-tree.js';

export interface RenderRequest {
  /** The bytes of a .docx; never changed. */
  template: Uint8Array;
  data: TemplateData;
  /** What each link variable leads to; absent means not configured. */
  links: Partial<Record<LinkVariable, DocumentLink>>;
}

export interface RenderedDocument {
  bytes: Buffer;
  warnings: DocumentWarning[];
  placementsOf(variable: LinkVariable): number;
}

/**
 * Fills in a template. Every call unpacks the template anew and makes its own docxtemplater instance: nothing of
 * one candidate's document can be in another's.
 *
 * Throws {@link TemplateInvalidError} naming every fault of a template that cannot be filled in.
 */
export function renderDocument({ template, data, links: byVariable }: RenderRequest): RenderedDocument {
  const warnings = new Warnings();
  const marks = new LinkMarks();
  const links = new DocumentLinks(byVariable);
  const scope = new TemplateScope({
    data,
    marks,
    warnings,
    isConfigured: (name) => links.isConfigured(name),
  });
  const zip = fill(template, data, scope);
  try {
    writeLinks(zip, { links, marks, scope, warnings });
    removeLeftovers(zip, warnings);
  } catch (cause) {
    if (!(cause instanceof MalformedXmlError)) throw cause;
    throw new TemplateInvalidError([{ code: cause.code, message: cause.message }], { cause });
  }
  // Level 9 doubles the time of a render for one percent of size.
  const bytes = zip.generate({
    type: 'nodebuffer',
    compression: 'DEFLATE',
    compressionOptions: { level: 6 },
  });
  return { bytes, warnings: warnings.list(), placementsOf: (variable) => links.placementsOf(variable) };
}

function writeLinks(zip: PizZip, context: Omit<LinkingContext, 'styles'>): void {
  const mainPart =
    new Relationships(zip, '').findTarget('officeDocument')?.replace(/^\//, '') ?? 'word/document.xml';
  const styles = new HyperlinkStyles(zip, mainPart);
  for (const path of Object.keys(zip.files)) {
    if (path.endsWith('.xml') && path !== '[Content_Types].xml') {
      linkPart(zip, path, { ...context, styles });
    }
  }
  styles.save();
}

function fill(template: Uint8Array, data: TemplateData, scope: TemplateScope): PizZip {
  try {
    const document = new Docxtemplater(unpack(template), {
      delimiters: { start: '{{', end: '}}' },
      paragraphLoop: true,
      linebreaks: true,
      stripInvalidXMLChars: true,
      errorLogging: false,
      syntax: { changeDelimiterPrefix: null },
      parser: scope.parser as never,
      nullGetter: () => '',
      fileTypeConfig: fileTypeConfig(),
    });
    document.render(data);
    return document.getZip();
  } catch (cause) {
    const problems = templateProblems(cause);
    if (problems.length > 0) throw new TemplateInvalidError(problems, { cause });
    throw cause;
  }
}

function unpack(template: Uint8Array): PizZip {
  try {
    return new PizZip(template);
  } catch (cause) {
    throw new TemplateInvalidError([{ code: 'not_docx', message: 'The file is not a .docx.' }], { cause });
  }
}

/** docxtemplater's own configuration for .docx, with field codes and endnotes filled in and no raw XML from data. */
function fileTypeConfig() {
  const config = fileTypeConfigs.docx();
  return {
    ...config,
    tagsXmlTextArray: [...config.tagsXmlTextArray, 'w:instrText', 'cp:lastModifiedBy'],
    getTemplatedFiles: () => ['word/endnotes.xml'],
    baseModules: config.baseModules.filter((create) => create().name !== 'RawXmlModule'),
  };
}
