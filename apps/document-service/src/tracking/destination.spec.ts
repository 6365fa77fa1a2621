import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { describeDestination, parseDestination } from './destination.js';

describe('destinations', () => {
  it.each([
    ['https://calendly.com/jordan-avery/30min', 'https://calendly.com/jordan-avery/30min'],
    [' linkedin.com/in/jordan ', 'https://linkedin.com/in/jordan'],
    ['HTTP://Example.com:8080', 'http://example.com:8080/'],
    ['example.com:8080/x', 'https://example.com:8080/x'],
    ['https://a.example/?x=1&y=2#z', 'https://a.example/?x=1&y=2#z'],
  ])('read %s as %s', (text, href) => {
    expect(parseDestination(text)?.href).toBe(href);
  });

  it.each([
    '',
    'jordan',
    'javascript:alert(1)',
    'data:text/html,x',
    'mailto:a@b.example',
    'https://calendly.com:443@evil.com/',
    'https://a.example/\nx',
    'https://a b.example',
    `https://a.example/${'x'.repeat(2000)}`,
  ])('refuse %j', (text) => {
    expect(parseDestination(text)).toBeUndefined();
  });

  it('are http or https whatever comes in', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl()), (text) => {
        const url = parseDestination(text);
        if (url) expect(url.href).toMatch(/^https?:\/\/[^/@]+\//);
      }),
    );
  });

  it('show as host and path', () => {
    const shown = (href: string) => describeDestination(new URL(href));
    expect(shown('https://www.linkedin.com/in/jordan/')).toBe('linkedin.com/in/jordan');
    expect(shown('https://jordanavery.com/?utm=1')).toBe('jordanavery.com');
    expect(shown(`https://a.example/${'x'.repeat(200)}`)).toHaveLength(80);
  });
});
