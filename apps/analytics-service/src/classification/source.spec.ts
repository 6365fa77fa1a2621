import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findSource, type SourceFacts } from './source.js';
import { SOURCE_TABLE } from './source-table.js';

function source(overrides: Partial<SourceFacts>) {
  return findSource({ answer: 'redirect', doNotTrack: false, ...overrides });
}

describe('findSource', () => {
  it.each([
    ['https://mail.google.com/mail/u/0/', 'email'],
    ['android-app://com.google.android.gm/', 'email'],
    ['https://eur02.safelinks.protection.outlook.com/?url=x', 'email'],
    ['https://protect-eu.mimecast.com/s/abc', 'email'],
    ['https://urldefense.com/v3/__https://x', 'email'],
    ['https://www.linkedin.com/feed/', 'linkedin'],
    ['https://lnkd.in/abc', 'linkedin'],
    ['https://boards.greenhouse.io/acme', 'ats'],
    ['https://acme.wd5.myworkdayjobs.com/', 'ats'],
    ['https://career5.successfactors.eu/', 'ats'],
    ['https://jobs.personio.de/', 'ats'],
    ['https://ca.indeed.com/viewjob', 'job_board'],
    ['https://www.indeed.co.uk/', 'job_board'],
    ['https://www.glassdoor.com.au/', 'job_board'],
    ['https://www.google.de/', 'search'],
    ['https://t.co/abc', 'social'],
    ['HTTPS://WWW.LINKEDIN.COM:443/x', 'linkedin'],
    ['https://user@lnkd.in./x', 'linkedin'],
    ['https://example.org/', 'external'],
    ['https://notlinkedin.com/', 'external'],
    ['https://linkedin.com.evil.example/', 'external'],
    ['https://indeed.evil.example.com/', 'external'],
  ])('reads %s as %s', (referrer, expected) => {
    expect(source({ referrer })).toBe(expected);
  });

  it('reads an app from its agent when there is no referrer', () => {
    expect(source({ userAgent: 'Mozilla/5.0 (iPhone) LinkedInApp/9.1' })).toBe('linkedin');
  });

  it('reads Office’s own request as a document in Word', () => {
    const userAgent = 'Mozilla/4.0 (compatible; ms-office; MSOffice 16)';
    expect(source({ answer: 'preflight', userAgent })).toBe('document:word');
  });

  it.each([
    [undefined, 'document-or-app'],
    ['none', 'document-or-app'],
    ['cross-site', 'web-hidden'],
  ])('reads silence with Sec-Fetch-Site %s as %s', (site, expected) => {
    expect(source({ headers: site ? { 'sec-fetch-site': site } : {} })).toBe(expected);
  });

  it('says nothing of visitors who ask not to be tracked', () => {
    expect(source({ doNotTrack: true, referrer: 'https://mail.google.com/' })).toBe('unknown');
  });

  it('answers one of its own words, whatever the referrer', () => {
    const words = ['external', 'document-or-app', 'web-hidden', ...SOURCE_TABLE.map((rule) => rule.source)];
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl()), (referrer) => {
        expect(words).toContain(source({ referrer }));
      }),
    );
  });
});
