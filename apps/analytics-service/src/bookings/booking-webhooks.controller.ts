import { Body, Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public, RawBody } from '#platform';
import { DeliveryInbox } from './delivery-inbox.service.js';
import { calcom } from './providers/calcom.js';
import { calendly } from './providers/calendly.js';
import { savvycal } from './providers/savvycal.js';
import type { SchedulingProvider } from './providers/scheduling-provider.js';

/** As the scheduling service documents it. */
const DELIVERY = { schema: { type: 'object', additionalProperties: true } };

type RequestHeaders = Readonly<Record<string, string | undefined>>;

/**
 * What scheduling services tell of bookings. No API key: each delivery is signed. 200 once it is stored, also when it
 * was before.
 */
@ApiTags('bookings')
@Public()
@Controller('webhooks')
export class BookingWebhooksController {
  constructor(private readonly inbox: DeliveryInbox) {}

  @ApiOperation({ summary: 'Takes a delivery of Calendly, signed in Calendly-Webhook-Signature' })
  @ApiBody(DELIVERY)
  @RawBody()
  @HttpCode(200)
  @Post('calendly')
  calendly(@Body() body: Buffer, @Headers() headers: RequestHeaders) {
    return this.receive(calendly, body, headers);
  }

  @ApiOperation({ summary: 'Takes a delivery of Cal.com, signed in X-Cal-Signature-256' })
  @ApiBody(DELIVERY)
  @RawBody()
  @HttpCode(200)
  @Post('calcom')
  calcom(@Body() body: Buffer, @Headers() headers: RequestHeaders) {
    return this.receive(calcom, body, headers);
  }

  @ApiOperation({ summary: 'Takes a delivery of SavvyCal, signed in X-SavvyCal-Signature' })
  @ApiBody(DELIVERY)
  @RawBody()
  @HttpCode(200)
  @Post('savvycal')
  savvycal(@Body() body: Buffer, @Headers() headers: RequestHeaders) {
    return this.receive(savvycal, body, headers);
  }

  private async receive(provider: SchedulingProvider, body: Buffer | undefined, headers: RequestHeaders) {
    const { repeated } = await this.inbox.receive(provider, body, headers[provider.header]);
    return { received: true, repeated };
  }
}
