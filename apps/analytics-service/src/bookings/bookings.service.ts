import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { CodedError } from '#platform';
import { ANALYTICS_DATABASE } from '../database.js';
import { notify } from '../notifications/notify.query.js';
import { LinkDirectory } from '../read-models/link-directory.js';
import { findBookedClick, judgeBookedClicks, nameClick } from './booked-clicks.query.js';
import { BookingEntity, type BookingProvider } from './booking.entity.js';
import { BookingMetrics } from './booking-metrics.js';
import { tellOfBooking } from './booking-recorded.query.js';
import { type BookingState, foldBooking } from './fold-booking.js';
import { listKnownFacts } from './known-facts.query.js';

/** What a booking belongs to. All null: to nothing that is known. */
export type BookingTarget = Pick<BookingEntity, 'tracking_id' | 'application_id' | 'job_id' | 'user_id'>;

export const NO_TARGET: BookingTarget = {
  tracking_id: null,
  application_id: null,
  job_id: null,
  user_id: null,
};

/** A click may be stored after the booking it led to: it is looked for again for so long. */
const RECENT = "interval '1 day'";

const LOCK = "SELECT pg_advisory_xact_lock(hashtext('footfall-analytics-bookings'))";

/** Makes bookings of what was delivered, and says which application and which click they came from. */
@Injectable()
export class Bookings {
  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    private readonly directory: LinkDirectory,
    private readonly metrics: BookingMetrics,
  ) {}

  /** Runs work on bookings, one at a time over all processes: what belongs together may arrive at once. */
  inTurn<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query(LOCK);
      return work(manager);
    });
  }

  /**
   * Brings the booking that goes by these names up to all that is known of it. Facts that turn out to be of one
   * booking leave one. Needs {@link inTurn}.
   * @throws LinkUnknownForNowError while it cannot be told which application it belongs to
   */
  async update(manager: EntityManager, provider: BookingProvider, refs: readonly string[]): Promise<void> {
    const known = await listKnownFacts(manager, provider, refs);
    const state = foldBooking(known.facts);
    if (!state) return;
    const held = await manager.find(BookingEntity, {
      where: { provider, provider_ref: In(known.refs) },
      order: { created_at: 'ASC', booking_id: 'ASC' },
    });
    const booking =
      held.find(({ attributed_by }) => attributed_by === 'hand') ?? held[0] ?? newBooking(provider);
    const before = held.flatMap(({ click_id }) => click_id ?? []);
    await manager.remove(held.filter((other) => other !== booking));
    describe(booking, state);
    if (booking.attributed_by !== 'hand') await this.attributeByLink(booking, state.trackingId);
    await save(manager, booking);
    await giveClick(manager, booking, before);
    if (held.length > 0) return;
    this.metrics.recorded.inc({ provider });
    await notify(manager, [await tellOfBooking(manager, booking)]);
  }

  /** Has a person say what a booking belongs to; that stands whatever is delivered later. */
  async attribute(bookingId: string, target: BookingTarget, ownerId?: string): Promise<BookingEntity> {
    return this.inTurn(async (manager) => {
      const booking = await this.get(bookingId, ownerId, manager);
      Object.assign(booking, target, { attributed_by: 'hand' });
      await save(manager, booking);
      await giveClick(manager, booking);
      return booking;
    });
  }

  /** @throws BookingNotFoundError, also for another owner's */
  async get(bookingId: string, ownerId?: string, manager = this.dataSource.manager): Promise<BookingEntity> {
    const where = { booking_id: bookingId, ...(ownerId === undefined ? {} : { user_id: ownerId }) };
    const booking = await manager.findOneBy(BookingEntity, where);
    if (!booking) throw new BookingNotFoundError();
    return booking;
  }

  /** Looks again for the clicks of recent bookings; answers how many bookings have another one now. */
  async findLateClicks(): Promise<number> {
    const recent: { booking_id: string }[] = await this.dataSource.query(
      `SELECT booking_id FROM bookings WHERE tracking_id IS NOT NULL AND created_at > now() - ${RECENT}`,
    );
    let found = 0;
    for (const { booking_id } of recent) {
      const isFound = await this.inTurn(async (manager) => {
        const booking = await manager.findOneBy(BookingEntity, { booking_id });
        return booking !== null && giveClick(manager, booking);
      });
      if (isFound) found++;
    }
    return found;
  }

  private async attributeByLink(booking: BookingEntity, trackingId: string | undefined): Promise<void> {
    if ((booking.tracking_id ?? undefined) === trackingId) return;
    const link = trackingId && (await this.directory.findLinks([trackingId])).get(trackingId);
    if (link instanceof CodedError) throw link;
    const { tracking_id, application_id, job_id, user_id } = link || NO_TARGET;
    Object.assign(booking, { tracking_id, application_id, job_id, user_id });
    booking.attributed_by = link ? 'tracking' : null;
  }
}

export class BookingNotFoundError extends CodedError {
  constructor() {
    super({ code: 'booking_not_found', kind: 'not_found', message: 'Booking not found' });
  }
}

function newBooking(provider: BookingProvider): BookingEntity {
  return Object.assign(new BookingEntity(), { booking_id: uuidv7(), provider });
}

function describe(booking: BookingEntity, state: BookingState): void {
  booking.provider_ref = state.ref;
  booking.rescheduled_from = state.rescheduledFrom ?? null;
  booking.status = state.status;
  booking.booked_at = new Date(state.bookedAt);
  booking.starts_at = state.startsAt ? new Date(state.startsAt) : null;
  booking.ends_at = state.endsAt ? new Date(state.endsAt) : null;
  booking.invitee_name = state.name ?? null;
  booking.invitee_email = state.email ?? null;
}

async function save(manager: EntityManager, booking: BookingEntity): Promise<void> {
  booking.updated_at = new Date();
  await manager.save(booking);
}

/**
 * Finds the click that led to a booking, and gives the clicks that gained or lost one their classes. Answers whether
 * any did.
 */
async function giveClick(
  manager: EntityManager,
  booking: BookingEntity,
  before: readonly string[] = booking.click_id ? [booking.click_id] : [],
): Promise<boolean> {
  const { booking_id, tracking_id: trackingId, booked_at: bookedAt } = booking;
  const click = trackingId ? await findBookedClick(manager, { trackingId, bookedAt }) : undefined;
  const lost = before.filter((clickId) => clickId !== click?.clickId);
  const gained = click && !before.includes(click.clickId) ? [click.clickId] : [];
  if (lost.length + gained.length === 0) return false;
  await nameClick(manager, booking_id, click);
  booking.click_id = click?.clickId ?? null;
  booking.clicked_at = click ? new Date(click.clickedAt) : null;
  await judgeBookedClicks(manager, [...lost, ...gained]);
  return true;
}
