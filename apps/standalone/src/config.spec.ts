import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { InvalidConfigError } from '#platform';
import { analyticsServiceEnv } from '../../analytics-service/src/config.js';
import { documentServiceProcessEnv } from '../../document-service/src/config.js';
import { linkServiceProcessEnv } from '../../link-service/src/config.js';
import { redirectGatewayProcessEnv } from '../../redirect-gateway/src/config.js';
import { readSettings } from './config.js';

describe('the settings of standalone', () => {
  it('need nothing at all', () => {
    expect(readSettings({})).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 5000,
      BASE_REDIRECT_URL: 'http://localhost:5000/track',
    });
  });

  it('put links on the port that it listens on', () => {
    expect(readSettings({ PORT: '8080' }).BASE_REDIRECT_URL).toBe('http://localhost:8080/track');
  });

  it('are refused with a sentence for every problem of every service', () => {
    const wrong = {
      PORT: 'x',
      JOURNAL_SYNC: 'maybe',
      ENABLE_URL_TRACKING: '?',
      IP_ANONYMIZE_AFTER_DAYS: '0',
    };
    expect(() => readSettings(wrong)).toThrow(InvalidConfigError);
    for (const name of Object.keys(wrong)) expect(() => readSettings(wrong)).toThrow(name);
  });
});

describe('the README', () => {
  it('documents every setting of every process', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');
    const processes = [
      linkServiceProcessEnv,
      documentServiceProcessEnv,
      analyticsServiceEnv,
      redirectGatewayProcessEnv,
    ];
    const names = new Set(processes.flatMap((schema) => Object.keys(schema.shape)));
    expect([...names].filter((name) => !new RegExp(`^\\| *\`${name}\` *\\|`, 'm').test(readme))).toEqual([]);
  });
});
