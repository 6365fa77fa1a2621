import { Body, Controller, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { currentUserId, Scopes, UserScoped } from '#platform';
import { LINK_SERVICE_CONFIG, type LinkServiceConfig } from './config.js';
import type { LinkEntity } from './link.entity.js';
import { rowToAnswer } from './link-answer.js';
import { LinkEditingService } from './link-editing.service.js';
import { InvalidUrlError, LinkNotFoundError } from './links.errors.js';
import { type EditLink, editLinkSchema, type SwitchLinks, switchLinksSchema } from './links.schemas.js';
import { LinksService } from './links.service.js';

/** Changing links over REST. Every call is safe to repeat. */
@ApiTags('links')
@UserScoped()
@Scopes('links:write')
@Controller('api/link-tracking')
export class LinkEditingController {
  constructor(
    private readonly editing: LinkEditingService,
    private readonly links: LinksService,
    @Inject(LINK_SERVICE_CONFIG) private readonly config: LinkServiceConfig,
  ) {}

  @ApiOperation({ summary: 'Changes expiry, fallback, description or destination; null takes a value away' })
  @Patch('links/:id')
  async edit(@Param('id') trackingId: string, @Body({ schema: editLinkSchema }) body: EditLink) {
    const edit = {
      expiresAt: body.expires_at,
      fallbackUrl: this.checkFallback(body.fallback_url),
      description: body.description,
      destination: body.destination,
    };
    return rowToAnswer(found(await this.editing.editLink(trackingId, edit, currentUserId())), this.config);
  }

  @ApiOperation({ summary: 'Switches a link off' })
  @Post('deactivate/:id')
  @HttpCode(200)
  deactivate(@Param('id') trackingId: string) {
    return this.switch(trackingId, { isActive: false, message: 'Link deactivated' });
  }

  @ApiOperation({ summary: 'Switches a link on again' })
  @Post('reactivate/:id')
  @HttpCode(200)
  reactivate(@Param('id') trackingId: string) {
    return this.switch(trackingId, { isActive: true, message: 'Link reactivated' });
  }

  @ApiOperation({ summary: 'Switches off the links of a job or application; answers the first 100 ids' })
  @Post('deactivate')
  @HttpCode(200)
  async deactivateAll(@Body({ schema: switchLinksSchema }) body: SwitchLinks) {
    const { count, trackingIds } = await this.switchAll(body, false);
    return { deactivated: count, tracking_ids: trackingIds };
  }

  @ApiOperation({ summary: 'Switches the links of a job or application on again' })
  @Post('reactivate')
  @HttpCode(200)
  async reactivateAll(@Body({ schema: switchLinksSchema }) body: SwitchLinks) {
    const { count, trackingIds } = await this.switchAll(body, true);
    return { reactivated: count, tracking_ids: trackingIds };
  }

  private async switch(trackingId: string, { isActive, message }: { isActive: boolean; message: string }) {
    const row = found(await this.editing.editLink(trackingId, { isActive }, currentUserId()));
    return {
      message,
      tracking_id: row.trackingId,
      is_active: row.isActive,
      deactivated_at: row.deactivatedAt,
    };
  }

  private switchAll({ job_id, application_id }: SwitchLinks, isActive: boolean) {
    return this.editing.switchLinks(
      { jobId: job_id, applicationId: application_id },
      isActive,
      currentUserId(),
    );
  }

  private checkFallback(url: string | null | undefined) {
    if (typeof url !== 'string') return url;
    try {
      return this.links.checkDestination(url);
    } catch (error) {
      throw error instanceof InvalidUrlError ? error.at('fallback_url') : error;
    }
  }
}

function found(row: LinkEntity | undefined): LinkEntity {
  if (!row) throw new LinkNotFoundError('Link not found');
  return row;
}
