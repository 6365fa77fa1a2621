import { Body, Controller, Headers, Post } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CodedError, Scopes } from '#platform';
import { ClickReports, type RecordedClick } from './click-reports.js';
import { type ReportedClick, reportedClickSchema } from './reported-click.js';

const MAX_KEY_CHARACTERS = 255;

@ApiTags('clicks')
@Scopes('analytics:write')
@Controller('api/link-tracking')
export class RecordClickController {
  constructor(private readonly reports: ClickReports) {}

  /** 201 when stored. With an `Idempotency-Key`, the same call again answers the same click. */
  @ApiOperation({ summary: 'Reports a click that another redirector answered' })
  @ApiNotFoundResponse({ description: 'There is no such link, or it belongs to another user.' })
  @Post('record-click')
  async record(
    @Body({ schema: reportedClickSchema }) click: ReportedClick,
    @Headers('idempotency-key') key?: string,
  ): Promise<RecordedClick> {
    if (key !== undefined && (key === '' || key.length > MAX_KEY_CHARACTERS)) throw new InvalidKeyError();
    const [outcome] = await this.reports.record([{ click, eventId: key && `key:${key}`, strict: true }]);
    if (!outcome || outcome instanceof CodedError) throw outcome;
    return outcome;
  }
}

class InvalidKeyError extends CodedError {
  constructor() {
    super({
      code: 'invalid_request',
      kind: 'invalid',
      message: `Idempotency-Key must be 1 to ${MAX_KEY_CHARACTERS} characters.`,
    });
  }
}
