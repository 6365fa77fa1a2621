import { describe, expect, it } from '@jest/globals';
import { kindOf } from './request-kind.js';

const CHROME = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36';

describe('a request', () => {
  it.each([
    'Microsoft Office Word 2014 (16.0.4266) Windows NT 10.0',
    'Mozilla/4.0 (compatible; ms-office; MSOffice 16)',
    'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Win64; x64; Trident/7.0; ms-office)',
    'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1; Trident/5.0)',
    'Microsoft Office Existence Discovery',
    'Microsoft-WebDAV-MiniRedir/10.0.19045',
    'LibreOffice 7.4.7.2 denylistedbackend/7.88.1',
  ])('of %s is a preflight, whatever its method', (agent) => {
    for (const method of ['GET', 'HEAD', 'PROPFIND', 'POST']) {
      expect(kindOf(method, { 'user-agent': agent })).toBe('preflight');
    }
    expect(kindOf('OPTIONS', { 'user-agent': agent })).toBe('options');
  });

  it.each([
    ['GET', {}, 'redirect'],
    ['HEAD', {}, 'probe'],
    ['HEAD', { 'sec-purpose': 'prefetch' }, 'probe'],
    ['POST', {}, 'method_not_allowed'],
    ['PROPFIND', {}, 'method_not_allowed'],
    ['GET', { 'sec-purpose': 'prefetch;prerender' }, 'prefetch'],
    ['GET', { purpose: 'prefetch' }, 'prefetch'],
    ['GET', { 'x-purpose': 'preview' }, 'prefetch'],
    ['GET', { 'x-moz': 'prefetch' }, 'prefetch'],
  ])('of a browser with %s %j is a %s', (method, headers, kind) => {
    expect(kindOf(method, { 'user-agent': CHROME, ...headers })).toBe(kind);
  });

  it('of a phone or without an agent is no preflight', () => {
    expect(kindOf('GET', { 'user-agent': 'Mozilla/5.0 (Linux; Android 14; CUBOT X70) Chrome/130.0' })).toBe(
      'redirect',
    );
    expect(kindOf('GET', {})).toBe('redirect');
  });
});
