import type { DataSource } from 'typeorm';
import { BookingEntity } from './booking.entity.js';
import type { BookingCursor, BookingFilter } from './bookings.schemas.js';

const BELONGS = '(b.tracking_id IS NOT NULL OR b.application_id IS NOT NULL)';

/** Bookings, latest booked first. Pages go on after a row, not at a number. */
export async function listBookings(
  dataSource: DataSource,
  { attributed, from, to, cursor, limit, ...equal }: BookingFilter,
): Promise<{ bookings: BookingEntity[]; next: BookingCursor | undefined }> {
  const query = dataSource
    .getRepository(BookingEntity)
    .createQueryBuilder('b')
    .orderBy('b.booked_at', 'DESC')
    .addOrderBy('b.booking_id', 'DESC')
    .limit(limit + 1);
  if (attributed !== undefined) query.andWhere(attributed ? BELONGS : `NOT ${BELONGS}`);
  if (from) query.andWhere('b.booked_at >= :from', { from });
  if (to) query.andWhere('b.booked_at < :to', { to });
  for (const [column, value] of Object.entries(equal)) {
    if (value !== undefined) query.andWhere(`b.${column} = :${column}`, { [column]: value });
  }
  if (cursor) {
    const [at, id] = cursor;
    query.andWhere('(b.booked_at, b.booking_id) < (:at, :id)', { at, id });
  }
  const rows = await query.getMany();
  const bookings = rows.slice(0, limit);
  const last = rows.length > limit ? bookings.at(-1) : undefined;
  return { bookings, next: last && [last.booked_at.toISOString(), last.booking_id] };
}
