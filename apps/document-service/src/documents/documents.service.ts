import { createHash, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DocumentOwners } from '../candidates/document-owners.service.js';
import { LINK_VARIABLES } from '../rendering/link-marks.js';
import type { TemplateData } from '../rendering/template-scope.js';
import { type CoverLetterRequest, describeCoverLetter } from '../requests/cover-letter-request.js';
import { DEFAULT_LINK_TEXT } from '../requests/fields.js';
import { describePerson, type Personal } from '../requests/person.js';
import { describeResume, type ResumeRequest } from '../requests/resume-request.js';
import { fileNameBase } from '../storage/file-name.js';
import { LinkTrackingService, type TrackingOutcome } from '../tracking/link-tracking.service.js';
import { linksToPlace, namedLinks, only } from '../tracking/placed-links.js';
import type { DocumentKind } from './document.entity.js';
import { type DocumentAnswer, type DocumentFacts, describeDocument } from './document-answer.js';
import { DocumentArchive } from './document-archive.service.js';
import type { Application } from './document-events.service.js';
import { DocumentMetrics } from './document-metrics.service.js';
import { DocumentRenderer } from './document-renderer.service.js';
import { keyedCall } from './idempotency.query.js';

type CommonRequest = Pick<
  ResumeRequest,
  | 'personal'
  | 'user_id'
  | 'job_id'
  | 'application_id'
  | 'template_id'
  | 'format'
  | 'track'
  | 'link_text'
  | 'older_tags'
>;

/** What the two kinds of document do not share. */
interface Order {
  kind: DocumentKind;
  describe(personal: Personal): TemplateData;
  application: Application;
  idempotencyKey: string | undefined;
}

/** Makes documents: whose they are, where their links lead, filled in, kept, and told about. */
@Injectable()
export class DocumentsService {
  constructor(
    private readonly owners: DocumentOwners,
    private readonly tracking: LinkTrackingService,
    private readonly renderer: DocumentRenderer,
    private readonly archive: DocumentArchive,
    private readonly metrics: DocumentMetrics,
  ) {}

  /** Throws QueueFullError at once when too many documents wait already. */
  generateResume(request: ResumeRequest, idempotencyKey?: string): Promise<DocumentAnswer> {
    return this.generateInTurn(request, {
      kind: 'resume',
      describe: (personal) => describeResume(request, personal),
      application: {
        company: given(request.company),
        position: given(request.target_position),
        job_board: given(request.job_board),
      },
      idempotencyKey,
    });
  }

  /** As {@link generateResume}. */
  generateCoverLetter(request: CoverLetterRequest, idempotencyKey?: string): Promise<DocumentAnswer> {
    return this.generateInTurn(request, {
      kind: 'cover_letter',
      describe: (personal) => describeCoverLetter(request, personal, new Date()),
      application: {
        company: given(request.company) ?? given(request.recipient?.company),
        position: given(request.position?.title) ?? given(request.target_position),
        job_board: given(request.job_board),
      },
      idempotencyKey,
    });
  }

  private generateInTurn(request: CommonRequest, order: Order): Promise<DocumentAnswer> {
    return this.renderer.inTurn(() => this.generate(request, order));
  }

  private async generate(request: CommonRequest, order: Order): Promise<DocumentAnswer> {
    if (request.format === 'pdf') this.renderer.requirePdf();
    const call = keyedCall(order.kind, request, order.idempotencyKey);
    const earlier = call && (await this.archive.findAnswer<DocumentAnswer>(call));
    if (earlier) return earlier;
    const { userId, personal, sources } = await this.owners.find(request);
    const { kind } = order;
    const template = await this.renderer.getTemplate({ kind, templateId: request.template_id, userId });
    const data = order.describe(personal);
    // Which tags the older form makes, the template was not asked when it was taken in.
    const named = request.older_tags ? LINK_VARIABLES : namedLinks(template.links, data);
    const tracking = await this.tracking.track({
      destinations: only(sources.destinations, named),
      userId,
      jobId: request.job_id,
      applicationId: request.application_id,
      wanted: request.track,
      documentName: order.kind.replace('_', ' '),
    });
    const shown = request.link_text ?? template.linkText ?? DEFAULT_LINK_TEXT;
    const links = linksToPlace(sources.destinations, tracking.links, shown);
    const olderTags = request.older_tags ?? template.olderTags;
    const rendered = await this.renderer.render(template, { data, links, olderTags });
    const pdf = request.format === 'pdf' ? await this.renderer.convert(rendered) : undefined;
    const missing = sources.warnings.filter(({ variable }) => named.includes(variable));
    const warnings = [...missing, ...[tracking, rendered, pdf].flatMap((step) => step?.warnings ?? [])];
    const answer = await this.archive.record({
      document: {
        document_id: randomUUID(),
        user_id: userId,
        kind: order.kind,
        filename_base: fileNameBase(order.kind, describePerson(personal).full_name, new Date()),
        job_id: request.job_id ?? null,
        application_id: request.application_id ?? null,
        ...factsOf(rendered.bytes),
        template_id: template.templateId,
        template_version: template.version,
        tracking_ids: trackingIdsOf(tracking),
        created_at: new Date(),
      },
      bytes: rendered.bytes,
      pdf: pdf?.bytes,
      application: order.application,
      describe: (document) =>
        describeDocument({ document, rendered, pdf: pdf && factsOf(pdf.bytes), tracking, warnings }),
      call,
    });
    this.metrics.generated.inc({ kind: order.kind, tracking: outcomeOf(tracking) });
    return answer;
  }
}

/** Blank says nothing: it must not stand where another document of the application knows more. */
function given(text: string | undefined): string | undefined {
  return text?.trim() || undefined;
}

function factsOf(bytes: Uint8Array): DocumentFacts {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), size_bytes: bytes.length };
}

function trackingIdsOf({ links }: TrackingOutcome): string[] {
  return [...links.values()].flatMap(({ tracked }) => tracked?.trackingId ?? []);
}

function outcomeOf({ enabled, fallback }: TrackingOutcome): string {
  if (!enabled) return 'off';
  return fallback ? 'fallback' : 'tracked';
}
