import type { BookingProvider } from '../booking.entity.js';
import { calcom } from './calcom.js';
import { calendly } from './calendly.js';
import { savvycal } from './savvycal.js';
import type { SchedulingProvider } from './scheduling-provider.js';

/** Every scheduling service whose webhooks are taken. */
export const PROVIDERS: Readonly<Record<BookingProvider, SchedulingProvider>> = {
  calendly,
  calcom,
  savvycal,
};
