import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PinoLogger } from 'nestjs-pino';
import { makeGeoFile } from '../../test/geo-file.js';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { sampleClick, sampleLink } from '../../test/sample-events.js';
import type { AnalyticsServiceConfig } from '../config.js';
import { LinkChangedProjector } from '../consumers/link-changed.projector.js';
import { ClickIngest } from '../ingest/click-ingest.js';
import { Places } from './places.service.js';

type Service = Awaited<ReturnType<typeof runAnalyticsService>>;

async function store(service: Service, ip: string | undefined) {
  await service.truncate('link_clicks');
  await service.app.get(ClickIngest).storeEvents([sampleClick({ ip })]);
  const [row] = await service.dataSource.query('SELECT device, browser, os, country, city FROM link_clicks');
  return row;
}

describe('enrichment', () => {
  let service: Service;
  beforeAll(async () => {
    service = await runAnalyticsService();
  });
  afterAll(() => service.stop());

  it.each([
    ['8.8.8.8', 'US'],
    ['2a00:1450:4001::1', 'DE'],
    ['10.0.0.1', null],
    [undefined, null],
  ])('stores device, browser and system, and the country of %s', async (ip, country) => {
    expect(await store(service, ip)).toEqual({
      device: 'desktop',
      browser: 'Chrome 142',
      os: 'Windows 10',
      country,
      city: null,
    });
  });

  it('stores nothing of a visitor who asks not to be tracked', async () => {
    await service.truncate('link_clicks');
    await service.app.get(ClickIngest).storeEvents([sampleClick({ ip: '8.8.8.8', do_not_track: true })]);
    const [row] = await service.dataSource.query('SELECT device, browser, os, country FROM link_clicks');
    expect(row).toEqual({ device: null, browser: null, os: null, country: null });
  });

  it('names the source of countries in the answer that shows them', async () => {
    await service.app.get(LinkChangedProjector).handle([sampleLink()]);
    await store(service, '8.8.8.8');
    const url = '/api/link-tracking/analytics/lt_calendly_abc123';
    const { attribution, click_timeline } = (await service.app.inject({ method: 'GET', url })).json();
    expect(attribution).toContain('https://db-ip.com');
    expect(click_timeline[0]).toMatchObject({ country: 'US', device: 'desktop', city: null });
  });
});

describe('a city database of one’s own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-geo-'));
  const path = join(folder, 'city.mmdb');
  const write = (city: string) =>
    writeFileSync(path, makeGeoFile({ country: { iso_code: 'CA' }, city: { names: { en: city } } }));
  let service: Service;
  beforeAll(async () => {
    write('Halifax');
    service = await runAnalyticsService({ GEO_DB: path });
  });
  afterAll(async () => {
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('gives clicks a city, follows the file when it changes, and stays with the old one when the new one is broken', async () => {
    const places = service.app.get(Places);
    expect(await store(service, '8.8.8.8')).toMatchObject({ country: 'CA', city: 'Halifax' });
    expect(places.attribution).toContain('MaxMind');
    renameSync(path, `${path}.old`);
    write('Fredericton');
    await places.reload();
    expect(await store(service, '8.8.8.8')).toMatchObject({ city: 'Fredericton' });
    writeFileSync(path, 'no database');
    await places.reload();
    expect(await store(service, '8.8.8.8')).toMatchObject({ city: 'Fredericton' });
  });

  it('serves the old file while a new one is being written, and says in the log what became of it', async () => {
    const said: string[] = [];
    const logger = {
      info: (message: string) => said.push(message),
      warn: (_fields: object, message: string) => said.push(message),
    } as unknown as PinoLogger;
    const own = join(folder, 'own.mmdb');
    const fileOf = (city: string) =>
      makeGeoFile({ country: { iso_code: 'CA' }, city: { names: { en: city } } });
    writeFileSync(own, fileOf('Halifax'));
    const places = new Places({ GEO_DB: own } as AnalyticsServiceConfig, logger);
    const whole = fileOf('Moncton');
    for (const size of [0, 10, 60, whole.length >> 1]) {
      writeFileSync(own, whole.subarray(0, size));
      await places.reload();
      expect([size, places.find('8.8.8.8').city, said.pop()]).toEqual([
        size,
        'Halifax',
        'GEO_DB changed and cannot be read: its old data stay in use',
      ]);
    }
    writeFileSync(`${own}.new`, whole);
    renameSync(`${own}.new`, own);
    await places.reload();
    expect([places.find('8.8.8.8').city, said.pop()]).toEqual([
      'Moncton',
      'GEO_DB changed and was read again',
    ]);
    await places.reload();
    expect(said).toEqual([]);
  });

  it('stops the start when it cannot be read', async () => {
    await expect(runAnalyticsService({ GEO_DB: join(folder, 'absent.mmdb') })).rejects.toThrow(/GEO_DB/);
  });
});
