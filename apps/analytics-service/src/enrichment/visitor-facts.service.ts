import { Inject, Injectable } from '@nestjs/common';
import { ANALYTICS_CONFIG, type AnalyticsServiceConfig } from '../config.js';
import type { ClickRow } from '../ingest/click-row.js';
import { Places } from './places.service.js';
import { readAgent } from './read-agent.js';

const DAY_MS = 86_400_000;

/** Adds what addresses and agents tell, and drops them from clicks that arrive past the age at which they go. */
@Injectable()
export class VisitorFacts {
  constructor(
    @Inject(ANALYTICS_CONFIG) private readonly config: AnalyticsServiceConfig,
    private readonly places: Places,
  ) {}

  /** The clicks with device, browser, system, country and city as far as known. */
  complete(clicks: readonly ClickRow[]): ClickRow[] {
    const cutoff = new Date(Date.now() - this.config.IP_ANONYMIZE_AFTER_DAYS * DAY_MS).toISOString();
    return clicks.map((click) => {
      const enriched = this.enrich(click);
      return click.clickedAt < cutoff ? dropPersonal(enriched) : enriched;
    });
  }

  private enrich(click: ClickRow): ClickRow {
    const agent = click.userAgent === undefined ? {} : readAgent(click.userAgent);
    const place = click.ip === undefined ? {} : this.places.find(click.ip);
    return { ...click, ...agent, ...place };
  }
}

/** As the daily removal does: see `old-clicks.query.ts`. */
function dropPersonal(click: ClickRow): ClickRow {
  return {
    ...click,
    ip: undefined,
    userAgent: undefined,
    city: undefined,
    metadata: undefined,
    facts: undefined,
  };
}
