import { createHash, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { isCallerReference } from '#contracts';
import type { Candidate } from '../candidates/candidate.entity.js';
import { CandidatesService } from '../candidates/candidates.service.js';
import { DOCUMENT_SERVICE_CONFIG, type DocumentServiceConfig } from '../config.js';
import type { DocumentLink } from '../rendering/document-links.js';
import type { LinkVariable } from '../rendering/link-marks.js';
import { type RenderedDocument, renderDocument } from '../rendering/render-document.js';
import { TemplateInvalidError } from '../rendering/template-invalid-error.js';
import type { TemplateData } from '../rendering/template-scope.js';
import { type CoverLetterRequest, describeCoverLetter } from '../requests/cover-letter-request.js';
import { describePerson, givenUrls, type Personal, personalSchema } from '../requests/person.js';
import { describeResume, type ResumeRequest } from '../requests/resume-request.js';
import { fileNameBase } from '../storage/file-name.js';
import { type Template, TemplateCatalog } from '../templates/template-catalog.service.js';
import { describeDestination } from '../tracking/destination.js';
import { LINK_FUNCTIONS } from '../tracking/link-functions.js';
import { findLinkSources } from '../tracking/link-sources.js';
import { LinkTrackingService, type TrackingOutcome } from '../tracking/link-tracking.service.js';
import type { DocumentKind } from './document.entity.js';
import { type DocumentAnswer, describeDocument } from './document-answer.js';
import { DocumentArchive } from './document-archive.service.js';
import type { Application } from './document-events.service.js';
import { DocumentMetrics } from './document-metrics.service.js';
import { MissingPersonError, PdfUnavailableError, TemplateNotFillableError } from './documents.errors.js';

type CommonRequest = Pick<
  ResumeRequest,
  'personal' | 'user_id' | 'job_id' | 'application_id' | 'template_id' | 'format' | 'track' | 'link_text'
>;

/** What the two kinds of document do not share. */
interface Order {
  kind: DocumentKind;
  name: string;
  describe(personal: Personal): TemplateData;
  application: Application;
}

/** Makes documents: whose they are, where their links lead, filled in, kept, and told about. */
@Injectable()
export class DocumentsService {
  constructor(
    @Inject(DOCUMENT_SERVICE_CONFIG) private readonly config: DocumentServiceConfig,
    private readonly candidates: CandidatesService,
    private readonly templates: TemplateCatalog,
    private readonly tracking: LinkTrackingService,
    private readonly archive: DocumentArchive,
    private readonly metrics: DocumentMetrics,
  ) {}

  generateResume(request: ResumeRequest): Promise<DocumentAnswer> {
    return this.generate(request, {
      kind: 'resume',
      name: 'resume',
      describe: (personal) => describeResume(request, personal),
      application: {
        company: request.company,
        position: request.target_position,
        job_board: request.job_board,
      },
    });
  }

  generateCoverLetter(request: CoverLetterRequest): Promise<DocumentAnswer> {
    return this.generate(request, {
      kind: 'cover_letter',
      name: 'cover letter',
      describe: (personal) => describeCoverLetter(request, personal, new Date()),
      application: {
        company: request.company ?? request.recipient?.company,
        position: request.position?.title ?? request.target_position,
        job_board: request.job_board,
      },
    });
  }

  private async generate(request: CommonRequest, order: Order): Promise<DocumentAnswer> {
    if (request.format === 'pdf') throw new PdfUnavailableError();
    const template = this.templates.get(order.kind, request.template_id);
    const userId = this.ownerOf(request);
    const profile = await this.candidates.find(userId);
    const personal = request.personal ?? personFromProfile(profile);
    const sources = findLinkSources(givenUrls(personal), profile);
    const tracking = await this.tracking.track({
      destinations: sources.destinations,
      userId,
      jobId: request.job_id,
      applicationId: request.application_id,
      wanted: request.track,
      documentName: order.name,
    });
    const links = linksToPlace(sources.destinations, tracking, request.link_text);
    const rendered = this.render(template, order.describe(personal), links);
    const document = await this.archive.record(
      {
        document_id: randomUUID(),
        user_id: userId,
        kind: order.kind,
        filename_base: fileNameBase(order.kind, describePerson(personal).full_name, new Date()),
        job_id: request.job_id ?? null,
        application_id: request.application_id ?? null,
        sha256: createHash('sha256').update(rendered.bytes).digest('hex'),
        size_bytes: rendered.bytes.length,
        template_id: template.templateId,
        template_version: template.version,
        tracking_ids: [...tracking.links.values()].flatMap(({ tracked }) => tracked?.trackingId ?? []),
        created_at: new Date(),
      },
      rendered.bytes,
      order.application,
    );
    this.metrics.generated.inc({ kind: order.kind, tracking: outcomeOf(tracking) });
    const warnings = [...sources.warnings, ...tracking.warnings, ...rendered.warnings];
    return describeDocument({ document, rendered, tracking, warnings });
  }

  private ownerOf({ user_id, personal }: CommonRequest): string {
    const fedBack = personal?.user_id;
    return user_id ?? (fedBack && isCallerReference(fedBack) ? fedBack : this.config.DEFAULT_USER_ID);
  }

  private render(
    template: Template,
    data: TemplateData,
    links: Partial<Record<LinkVariable, DocumentLink>>,
  ): RenderedDocument {
    const stopTimer = this.metrics.renderDuration.startTimer({ kind: template.kind });
    try {
      return renderDocument({ template: template.bytes, data, links });
    } catch (error) {
      if (error instanceof TemplateInvalidError) throw new TemplateNotFillableError(error);
      throw error;
    } finally {
      stopTimer();
    }
  }
}

/** A request without `personal` is about the user's own profile, which then must hold a name. */
function personFromProfile(profile: Candidate | null): Personal {
  const { created_at: _, updated_at: __, ...facts } = profile ?? {};
  const personal = personalSchema.parse(facts);
  if (describePerson(personal).full_name === '') throw new MissingPersonError();
  return personal;
}

function linksToPlace(
  destinations: ReadonlyMap<LinkVariable, URL>,
  tracking: TrackingOutcome,
  shown: CommonRequest['link_text'],
): Partial<Record<LinkVariable, DocumentLink>> {
  const links: Partial<Record<LinkVariable, DocumentLink>> = {};
  for (const [variable, destination] of destinations) {
    const url = tracking.links.get(variable)?.tracked?.redirectUrl ?? destination.href;
    const texts = {
      destination: describeDestination(destination),
      tracked: url,
      label: LINK_FUNCTIONS[variable].label,
    };
    links[variable] = { url, text: texts[shown] };
  }
  return links;
}

function outcomeOf({ enabled, fallback }: TrackingOutcome): string {
  if (!enabled) return 'off';
  return fallback ? 'fallback' : 'tracked';
}
