import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { Metrics } from '#platform';

/** What an operator watches of bookings. */
@Injectable()
export class BookingMetrics {
  readonly received: Counter<'provider'>;
  readonly repeated: Counter<'provider'>;
  readonly refused: Counter<'provider' | 'reason'>;
  readonly stale: Counter<'provider'>;
  readonly ignored: Counter<'provider'>;
  readonly recorded: Counter<'provider'>;
  readonly parked: Gauge;
  readonly pendingAge: Gauge;
  readonly unattributed: Gauge;

  constructor({ registry }: Metrics) {
    const registers = [registry];
    const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
      new Counter({ name: `footfall_bookings_${name}`, help, labelNames, registers });
    const gauge = (name: string, help: string) =>
      new Gauge({ name: `footfall_bookings_${name}`, help, registers });
    this.received = counter('deliveries_received_total', 'Signed deliveries stored', ['provider']);
    this.repeated = counter('deliveries_repeated_total', 'Signed deliveries that were stored already', [
      'provider',
    ]);
    this.refused = counter('deliveries_refused_total', 'Deliveries refused', ['provider', 'reason']);
    this.stale = counter('deliveries_stale_total', 'Deliveries signed long before they came', ['provider']);
    this.ignored = counter('deliveries_ignored_total', 'Deliveries of events that no booking needs', [
      'provider',
    ]);
    this.recorded = counter('recorded_total', 'Bookings recorded', ['provider']);
    this.parked = gauge('deliveries_parked', 'Deliveries that could not be processed and wait for a person');
    this.pendingAge = gauge(
      'deliveries_oldest_pending_seconds',
      'Age of the oldest delivery not processed yet',
    );
    this.unattributed = gauge('unattributed', 'Bookings that belong to no application');
  }
}
