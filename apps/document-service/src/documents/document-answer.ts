import { LINK_VARIABLES } from '../rendering/link-marks.js';
import type { RenderedDocument } from '../rendering/render-document.js';
import type { DocumentWarning } from '../rendering/render-warnings.js';
import { LINK_FUNCTIONS } from '../tracking/link-functions.js';
import type { TrackingOutcome } from '../tracking/link-tracking.service.js';
import type { DocumentEntity } from './document.entity.js';

const MESSAGES = {
  resume: 'Resume generated successfully',
  cover_letter: 'Cover letter generated successfully',
};

/** What `POST /resume` and `POST /cover-letter` answer. */
export function describeDocument(parts: {
  document: DocumentEntity;
  rendered: RenderedDocument;
  tracking: TrackingOutcome;
  warnings: DocumentWarning[];
}) {
  const { document, rendered, tracking, warnings } = parts;
  return {
    success: true,
    message: MESSAGES[document.kind],
    filename: document.filename,
    document_id: document.document_id,
    file_path: `documents/${document.storage_key}`,
    download_url: `/download/${encodeURIComponent(document.filename)}`,
    timestamp: document.created_at.toISOString(),
    size: document.size_bytes,
    sha256: document.sha256,
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
