import Docxtemplater from 'docxtemplater';
import fileTypeConfigs from 'docxtemplater/js/file-type-config.js';
import PizZip from 'pizzip';
import { CARRIER } from './carried-attributes.js';
import { type DocumentLink, DocumentLinks } from './document-links.js';
import { HyperlinkStyles } from './hyperlink-styles.js';
import { removeLeftovers } from './leftover-gate.js';
import { LinkMarks, type LinkVariable } from './link-marks.js';
import { type LinkingContext, linkPart } from './part-links.js';
import { type PreparedTemplate, prepareTemplate } from './prepared-template.js';
import { mainPartOf } from './relationships.js';
import { type DocumentWarning, Warnings } from './render-warnings.js';
import { markRightToLeft } from './right-to-left.js';
import { TemplateInvalidError, templateProblems } from './template-invalid-error.js';
import { type TemplateData, TemplateScope } from './template-scope.js';
import { MalformedXmlError } from './xml-tree.js';

/** docxtemplater fills in all other parts with text by itself. */
const ENDNOTES = 'word/endnotes.xml';

export interface RenderRequest {
  /** The bytes of a .docx; never changed. */
  template: Uint8Array;
  data: TemplateData;
  /** What each link variable leads to; absent means not configured. */
  links: Partial<Record<LinkVariable, DocumentLink>>;
  /** Whether `<<name>>` is a tag too, in the template and in data. */
  olderTags?: boolean;
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
export function renderDocument({
  template,
  data,
  links: byVariable,
  olderTags = false,
}: RenderRequest): RenderedDocument {
  const prepared = explained(() => prepareTemplate(template, olderTags));
  const warnings = new Warnings();
  const marks = new LinkMarks();
  const links = new DocumentLinks(byVariable);
  const scope = new TemplateScope({
    data,
    marks,
    warnings,
    isConfigured: (name) => links.isConfigured(name),
    syntax: prepared.syntax,
  });
  const zip = explained(() => fill(prepared, data, scope));
  explained(() => writeLinks(zip, prepared.tagged, { links, marks, warnings }));
  explained(() => removeLeftovers(zip, prepared.tagged, warnings));
  markRightToLeft(zip, prepared.tagged);
  // Level 9 doubles the time of a render for one percent of size.
  const bytes = zip.generate({
    type: 'nodebuffer',
    compression: 'DEFLATE',
    compressionOptions: { level: 6 },
  });
  return { bytes, warnings: warnings.list(), placementsOf: (variable) => links.placementsOf(variable) };
}

function writeLinks(zip: PizZip, tagged: ReadonlySet<string>, context: Omit<LinkingContext, 'styles'>): void {
  const styles = new HyperlinkStyles(zip, mainPartOf(zip));
  for (const path of tagged) if (path.endsWith('.xml')) linkPart(zip, path, { ...context, styles });
  styles.save();
}

function fill({ bytes, tagged }: PreparedTemplate, data: TemplateData, scope: TemplateScope): PizZip {
  const document = new Docxtemplater(new PizZip(bytes), {
    delimiters: { start: '{{', end: '}}' },
    paragraphLoop: true,
    linebreaks: true,
    stripInvalidXMLChars: true,
    errorLogging: false,
    syntax: { changeDelimiterPrefix: null },
    parser: scope.parser as never,
    nullGetter: () => '',
    fileTypeConfig: fileTypeConfig(tagged.has(ENDNOTES)),
  });
  document.render(data);
  return document.getZip();
}

/** Runs a step, with what is wrong with the template put into words its author can act on. */
function explained<T>(step: () => T): T {
  try {
    return step();
  } catch (cause) {
    if (cause instanceof TemplateInvalidError) throw cause;
    if (cause instanceof MalformedXmlError) {
      throw new TemplateInvalidError([{ code: cause.code, message: cause.message }], { cause });
    }
    const problems = templateProblems(cause);
    if (problems.length > 0) throw new TemplateInvalidError(problems, { cause });
    throw cause;
  }
}

/** docxtemplater's own configuration for .docx, with endnotes and attributes filled in and no raw XML from data. */
function fileTypeConfig(hasEndnotes: boolean) {
  const config = fileTypeConfigs.docx();
  return {
    ...config,
    tagsXmlTextArray: [...config.tagsXmlTextArray, CARRIER, 'cp:lastModifiedBy'],
    getTemplatedFiles: () => (hasEndnotes ? [ENDNOTES] : []),
    baseModules: config.baseModules.filter((create) => create().name !== 'RawXmlModule'),
  };
}
