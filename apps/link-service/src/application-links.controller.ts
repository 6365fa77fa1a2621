import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import type { LinkToMint } from '#contracts';
import { currentUserId, Scopes, UserScoped } from '#platform';
import { LINK_SERVICE_CONFIG, LINKS_DATA_SOURCE, type LinkServiceConfig } from './config.js';
import { findProfileUrls } from './follow-profile.query.js';
import { InvalidUrlError, toRefusalError } from './links.errors.js';
import { type CreateApplicationLinks, createApplicationLinksSchema } from './links.schemas.js';
import { LinksService } from './links.service.js';

/** Which link is made of which part of `job_data`, and what kind of place it leads to. */
const APPLICATION_LINKS = [
  { field: 'linkedin_url', linkFunction: 'LinkedIn', linkType: 'profile' },
  { field: 'calendly_url', linkFunction: 'Calendly', linkType: 'networking' },
  { field: 'company_website', linkFunction: 'Company_Website', linkType: 'external' },
  { field: 'apply_url', linkFunction: 'Apply_Now', linkType: 'application' },
  { field: 'job_url', linkFunction: 'Job_Posting', linkType: 'job_posting' },
] as const;

/** All links of one application in one call. */
@ApiTags('links')
@UserScoped()
@Scopes('links:write')
@Controller('api/link-tracking/application')
export class ApplicationLinksController {
  constructor(
    @Inject(LINKS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(LINK_SERVICE_CONFIG) private readonly config: LinkServiceConfig,
    private readonly links: LinksService,
  ) {}

  @ApiOperation({
    summary:
      'Mints the links of one application; LinkedIn and Calendly from the profile unless given (null: neither)',
  })
  @Post('create-links')
  async create(@Body({ schema: createApplicationLinksSchema }) body: CreateApplicationLinks) {
    const tracked = await this.mint(body, this.checkedLinks(await this.withOwnPages(body)));
    return {
      job_id: body.job_id,
      application_id: body.application_id,
      tracked_links: Object.fromEntries(tracked.map((link) => [link.linkFunction, link.redirectUrl])),
      total_links: tracked.length,
    };
  }

  private async mint(body: CreateApplicationLinks, links: LinkToMint[]) {
    if (links.length === 0) return [];
    const owner = { userId: body.user_id, jobId: body.job_id, applicationId: body.application_id };
    const results = await this.links.mintLinks({ ...owner, links }, { ownerId: currentUserId() });
    return results.map(({ link, refusal }) => {
      if (!link) throw toRefusalError(refusal, 'job_data');
      return link;
    });
  }

  /** The candidate's own pages are known from their profile. */
  private async withOwnPages({ user_id, job_data }: CreateApplicationLinks) {
    const userId = user_id ?? currentUserId() ?? this.config.DEFAULT_USER_ID;
    const { LinkedIn: linkedin_url, Calendly: calendly_url } = await findProfileUrls(this.dataSource, userId);
    return { linkedin_url, calendly_url, ...job_data };
  }

  /** All or nothing: a person who sends one bad URL mends it and sends all again. */
  private checkedLinks(jobData: CreateApplicationLinks['job_data']): LinkToMint[] {
    const given: Partial<Record<string, string | null>> = jobData;
    return APPLICATION_LINKS.flatMap(({ field, linkFunction, linkType }) => {
      const originalUrl = given[field];
      if (!originalUrl) return [];
      try {
        return [{ originalUrl: this.links.checkDestination(originalUrl), linkFunction, linkType }];
      } catch (error) {
        if (error instanceof InvalidUrlError) throw error.at(`job_data.${field}`);
        throw error;
      }
    });
  }
}
