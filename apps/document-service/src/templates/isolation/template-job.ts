import { LINK_VARIABLES, type LinkVariable } from '../../rendering/link-marks.js';
import { type RenderRequest, renderDocument } from '../../rendering/render-document.js';
import type { DocumentWarning } from '../../rendering/render-warnings.js';
import { TemplateInvalidError, type TemplateProblem } from '../../rendering/template-invalid-error.js';
import type { TemplateData } from '../../rendering/template-scope.js';
import { type Inspection, inspectTemplate } from '../inspection/inspect-template.js';
import { TemplateRefusedError } from '../inspection/template-refused-error.js';

/** What a process says once it has loaded its code: what that takes is no template's fault. */
export const READY = 'ready';

/** What is done with somebody's template in a process of its own. */
export type TemplateJob =
  | { kind: 'inspect'; upload: Uint8Array; sample: TemplateData; olderTags: boolean }
  | ({ kind: 'render' } & RenderRequest);

/** A rendered document as it crosses between processes. */
export interface RenderedBytes {
  bytes: Uint8Array;
  warnings: DocumentWarning[];
  placements: Partial<Record<LinkVariable, number>>;
}

/** Faults of the template come back as facts: an error's class does not cross between processes. */
export type TemplateOutcome =
  | { inspection: Inspection }
  | { rendered: RenderedBytes }
  | { refused: TemplateProblem[] }
  | { invalid: TemplateProblem[] }
  | { failed: string };

export async function doTemplateJob(job: TemplateJob): Promise<TemplateOutcome> {
  try {
    if (job.kind === 'inspect') {
      return { inspection: await inspectTemplate(Buffer.from(job.upload), job) };
    }
    const { bytes, warnings, placementsOf } = renderDocument(job);
    const placements = Object.fromEntries(LINK_VARIABLES.map((name) => [name, placementsOf(name)]));
    return { rendered: { bytes, warnings, placements } };
  } catch (error) {
    if (error instanceof TemplateRefusedError) return { refused: [...error.problems] };
    if (error instanceof TemplateInvalidError) return { invalid: error.problems };
    return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
