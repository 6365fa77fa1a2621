import PizZip from 'pizzip';
import { type RenderRequest, renderDocument } from '../../rendering/render-document.js';
import type { DocumentWarning } from '../../rendering/render-warnings.js';
import { bracesOnly, olderTagsToo } from '../../rendering/tag-expression.js';
import { TemplateInvalidError } from '../../rendering/template-invalid-error.js';
import type { TemplateData } from '../../rendering/template-scope.js';
import { attributeOf } from '../../rendering/xml-tree.js';
import { findExternalReferences } from './find-external-references.js';
import { findForbiddenFields } from './find-forbidden-fields.js';
import { type FoundTag, findCostlyTags, findTags } from './find-tags.js';
import { judgeKind } from './judge-package.js';
import { placeProblems } from './place-problems.js';
import { type Archive, readArchive } from './read-archive.js';
import { TEMPLATE_LIMITS } from './template-limits.js';
import { refuse, refuseIfAny, TemplateRefusedError } from './template-refused-error.js';
import { parseParts, walk, type XmlPart } from './xml-part.js';

export interface Inspection {
  /** The document written anew from the entries that were judged: no other reading of the upload can find others. */
  bytes: Buffer;
  tags: FoundTag[];
  /** Names that stay empty even when a request gives everything there is. */
  unknownTags: string[];
  warnings: DocumentWarning[];
}

/** Links for the trial: every one is configured. */
const TRIAL_LINKS = Object.fromEntries(
  (['calendly_url', 'linkedin_url', 'portfolio_url'] as const).map((name) => [
    name,
    { url: `https://example.com/${name}`, text: name },
  ]),
);

/**
 * Judges an uploaded file: first as a file, then as a package, then as a template, which is filled in once with
 * `sample`, the data of a request that gives everything.
 *
 * Throws {@link TemplateRefusedError} with everything that its stage found.
 */
export async function inspectTemplate(
  upload: Buffer,
  { sample, olderTags }: { sample: TemplateData; olderTags: boolean },
): Promise<Inspection> {
  const archive = await readArchive(upload, TEMPLATE_LIMITS);
  const parts = parseParts(archive, TEMPLATE_LIMITS);
  judgeKind(archive, parts);
  refuseIfAny([...findExternalReferences(parts), ...findForbiddenFields(parts)]);
  refuseIfAny(placeProblems(findCostlyTags(parts, TEMPLATE_LIMITS), parts));
  const tags = findTags(parts, olderTags ? olderTagsToo : bracesOnly);
  const bytes = pack(archive);
  const { unknownTags, warnings } = tryOut(
    { template: bytes, data: sample, links: TRIAL_LINKS, olderTags },
    parts,
  );
  if (tags.length === 0) {
    const message =
      'The template holds no tag such as {{personal.full_name}}: every document would be the same.';
    warnings.push({ code: 'no_tags', message });
  }
  const empty = findEmptyLinks(parts);
  if (empty > 0) {
    const message = `${empty} of the template's links have no address: your word processor has dropped it. Write a tag as the whole address, such as {{linkedin_url}}, without http:// before it.`;
    warnings.push({ code: 'link_without_address', message });
  }
  return { bytes, tags, unknownTags, warnings };
}

/** LibreOffice empties addresses that it takes for none, such as `http://{{linkedin_url}}/` in HTML. */
function findEmptyLinks(parts: readonly XmlPart[]): number {
  let found = 0;
  for (const { path, root } of parts) {
    if (!path.endsWith('.rels')) continue;
    walk(root, (element) => {
      const isLink = attributeOf(element, 'Type')?.endsWith('/hyperlink');
      if (isLink && attributeOf(element, 'Target')?.trim() === '') found++;
    });
  }
  return found;
}

function pack(archive: Archive): Buffer {
  const zip = new PizZip();
  for (const [path, bytes] of archive) zip.file(path, bytes, { binary: true, createFolders: false });
  return zip.generate({ type: 'nodebuffer', compression: 'DEFLATE', compressionOptions: { level: 6 } });
}

function tryOut(
  trial: RenderRequest,
  parts: readonly XmlPart[],
): Pick<Inspection, 'unknownTags' | 'warnings'> {
  try {
    const { warnings } = renderDocument(trial);
    const unknown = warnings.filter(({ code }) => code === 'unknown_tag');
    return {
      unknownTags: unknown.map(({ tag }) => String(tag)),
      warnings: warnings.filter((warning) => !unknown.includes(warning)),
    };
  } catch (cause) {
    if (!(cause instanceof TemplateInvalidError)) throw cause;
    const [first, ...others] = placeProblems(cause.problems, parts);
    if (!first) refuse(cause.code, cause.message);
    throw new TemplateRefusedError([first, ...others], { cause });
  }
}
