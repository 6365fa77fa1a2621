import { readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Reader } from 'mmdb-lib';

export interface Place {
  /** ISO 3166-1 alpha-2. */
  country?: string;
  /** English name. */
  city?: string;
}

/** A record of MaxMind's country and city databases, or of the country database that npm ships. */
interface GeoRecord {
  country_code?: string;
  country?: { iso_code?: string };
  city?: { names?: { en?: string } };
}

/** One MaxMind DB file, held in memory. Opening throws when the file cannot be read or is none. */
export class GeoDatabase {
  private reader: Reader<never>;
  private version: string;

  constructor(private readonly path: string) {
    this.version = describe(statSync(path));
    this.reader = new Reader(readFileSync(path));
  }

  /** For example `GeoLite2-City`. */
  get type(): string {
    return this.reader.metadata.databaseType;
  }

  /** Empty for addresses that are in no country, or are none. */
  find(ip: string): Place {
    const record = this.read(ip);
    return {
      country: record?.country?.iso_code ?? record?.country_code,
      city: record?.city?.names?.en,
    };
  }

  /** Reads the file again when it is another one; answers whether it was. Throws, and keeps the old data, when it cannot. */
  async reloadIfChanged(): Promise<boolean> {
    const version = describe(await stat(this.path));
    if (version === this.version) return false;
    this.reader = new Reader(await readFile(this.path));
    this.version = version;
    return true;
  }

  private read(ip: string): GeoRecord | null {
    try {
      return this.reader.get(ip);
    } catch {
      return null;
    }
  }
}

function describe({ ino, size, mtimeMs }: { ino: number; size: number; mtimeMs: number }): string {
  return `${ino} ${size} ${mtimeMs}`;
}
