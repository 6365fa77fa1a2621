import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { AuditLog, CodedError, currentUserId, NotYourUserError, Scopes, UserScoped } from '#platform';
import { ANALYTICS_DATABASE } from '../database.js';
import type { BookingEntity } from './booking.entity.js';
import { BookingProcessor } from './booking-processor.service.js';
import { BookingTargets } from './booking-target.service.js';
import {
  type Attribution,
  attributionSchema,
  type BookingFilter,
  bookingId,
  deliveryId,
  encodeCursor,
  listBookingsSchema,
  waitingDeliveriesSchema,
} from './bookings.schemas.js';
import { Bookings, NO_TARGET } from './bookings.service.js';
import { listWaitingDeliveries, retryDelivery } from './deliveries.query.js';
import { listBookings } from './list-bookings.query.js';

/** Bookings, and the word of a person on what they belong to. A key that is bound to a user sees that user's. */
@ApiTags('bookings')
@Scopes('analytics:read')
@Controller('api/bookings')
export class BookingsController {
  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    private readonly bookings: Bookings,
    private readonly targets: BookingTargets,
    private readonly processor: BookingProcessor,
    private readonly audit: AuditLog,
  ) {}

  @ApiOperation({ summary: 'Lists bookings, latest booked first, a page at a time' })
  @UserScoped()
  @Get()
  async list(@Query({ schema: listBookingsSchema }) filter: BookingFilter) {
    const owner = currentUserId();
    if (owner !== undefined && (filter.user_id ?? owner) !== owner) throw new NotYourUserError();
    const { bookings, next } = await listBookings(this.dataSource, {
      ...filter,
      user_id: owner ?? filter.user_id,
    });
    return { bookings: bookings.map(toAnswer), next_cursor: next ? encodeCursor(next) : null };
  }

  @ApiOperation({ summary: 'Lists deliveries that are parked or not processed yet, newest first' })
  @Get('deliveries')
  async deliveries(@Query({ schema: waitingDeliveriesSchema }) { limit }: { limit: number }) {
    return { deliveries: await listWaitingDeliveries(this.dataSource.manager, limit) };
  }

  @ApiOperation({ summary: 'Has a parked delivery processed again' })
  @HttpCode(202)
  @Scopes('admin')
  @Post('deliveries/:id/retry')
  async retry(@Param('id', { schema: deliveryId }) id: string) {
    await this.audit.record({ action: 'admin.delivery_retried', target: id });
    if (!(await retryDelivery(this.dataSource.manager, id))) throw new DeliveryNotParkedError();
    this.processor.wake();
    return { delivery_id: id, state: 'pending' };
  }

  @ApiOperation({ summary: 'One booking' })
  @UserScoped()
  @Get(':id')
  async get(@Param('id', { schema: bookingId }) id: string) {
    return toAnswer(await this.bookings.get(id, currentUserId()));
  }

  @ApiOperation({ summary: 'Says which link or application a booking belongs to' })
  @UserScoped()
  @HttpCode(200)
  @Scopes('analytics:write')
  @Post(':id/attribution')
  async attribute(
    @Param('id', { schema: bookingId }) id: string,
    @Body({ schema: attributionSchema }) attribution: Attribution,
  ) {
    const owner = currentUserId();
    if (owner !== undefined && (attribution.user_id ?? owner) !== owner) throw new NotYourUserError();
    const target = await this.targets.find(attribution, owner);
    return toAnswer(await this.bookings.attribute(id, target, owner));
  }

  @ApiOperation({ summary: 'Says that a booking belongs to nothing known here' })
  @UserScoped()
  @Scopes('analytics:write')
  @Delete(':id/attribution')
  async detach(@Param('id', { schema: bookingId }) id: string) {
    return toAnswer(await this.bookings.attribute(id, NO_TARGET, currentUserId()));
  }
}

class DeliveryNotParkedError extends CodedError {
  constructor() {
    super({
      code: 'delivery_not_parked',
      kind: 'not_found',
      message: 'There is no parked delivery of this id.',
    });
  }
}

function toAnswer({ click_id, clicked_at, ...booking }: BookingEntity) {
  return { ...booking, click: click_id ? { click_id, clicked_at } : null };
}
