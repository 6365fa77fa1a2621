import { LINK_VARIABLES } from '../rendering/link-marks.js';
import type { RenderedDocument } from '../rendering/render-document.js';
import type { DocumentWarning } from '../rendering/render-warnings.js';
import { pdfName } from '../storage/file-name.js';
import { LINK_FUNCTIONS } from '../tracking/link-functions.js';
import type { TrackingOutcome } from '../tracking/link-tracking.service.js';
import type { DocumentEntity } from './document.entity.js';

const MESSAGES = {
  resume: 'Resume generated successfully',
  cover_letter: 'Cover letter generated successfully',
};

export type DocumentFacts = Pick<DocumentEntity, 'sha256' | 'size_bytes'>;

/** What `POST /resume` and `POST /cover-letter` answer. */
export function describeDocument(parts: {
  document: DocumentEntity;
  rendered: RenderedDocument;
  /** Present when the answer is about the PDF. */
  pdf?: DocumentFacts;
  tracking: TrackingOutcome;
  warnings: DocumentWarning[];
}) {
  const { document, rendered, pdf, tracking, warnings } = parts;
  const filename = pdf ? pdfName(document.filename) : document.filename;
  return {
    success: true,
    message: MESSAGES[document.kind],
    filename,
    document_id: document.document_id,
    file_path: `documents/${document.storage_key}${pdf ? '.pdf' : ''}`,
    download_url: `/download/${encodeURIComponent(filename)}`,
    timestamp: document.created_at.toISOString(),
    size: pdf?.size_bytes ?? document.size_bytes,
    sha256: pdf?.sha256 ?? document.sha256,
    tracking: {
      enabled: tracking.enabled,
      fallback: tracking.fallback,
      ...(tracking.reason && { reason: tracking.reason }),
    },
    links: LINK_VARIABLES.flatMap((variable) => {
      const link = tracking.links.get(variable);
      if (!link) return [];
      return {
        variable,
        function: LINK_FUNCTIONS[variable].name,
        tracking_id: link.tracked?.trackingId ?? null,
        redirect_url: link.tracked?.redirectUrl ?? null,
        original_url: link.originalUrl,
        placements: rendered.placementsOf(variable),
      };
    }),
    warnings,
  };
}
export type DocumentAnswer = ReturnType<typeof describeDocument>;
