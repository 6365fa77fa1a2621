import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { makeSecret, signatureHeaders } from './webhook-signature.js';

const message = { id: 'msg_1', sentAt: new Date(), body: '{"type":"click.human"}' };

describe('a signature', () => {
  it('is what the Standard Webhooks library verifies, whatever the body', () => {
    fc.assert(
      fc.property(fc.json(), (body) => {
        const secret = makeSecret();
        const headers = signatureHeaders({ ...message, body }, [secret]);
        expect(JSON.stringify(new Webhook(secret).verify(body, headers))).toBe(
          JSON.stringify(JSON.parse(body)),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('verifies under the new secret and the old one while both are valid, and under no other', () => {
    const [fresh, old, other] = [makeSecret(), makeSecret(), makeSecret()];
    const headers = signatureHeaders(message, [fresh, old]);
    for (const secret of [fresh, old]) new Webhook(secret).verify(message.body, headers);
    expect(() => new Webhook(other).verify(message.body, headers)).toThrow(/signature/i);
  });

  it('does not verify for another body, id or moment', () => {
    const secret = makeSecret();
    const headers = signatureHeaders(message, [secret]);
    const verify = (body: string, changed: Record<string, string>) =>
      new Webhook(secret).verify(body, { ...headers, ...changed });
    expect(() => verify(`${message.body} `, {})).toThrow(/signature/i);
    expect(() => verify(message.body, { 'webhook-id': 'msg_2' })).toThrow(/signature/i);
    const earlier = String(Number(headers['webhook-timestamp']) - 1);
    expect(() => verify(message.body, { 'webhook-timestamp': earlier })).toThrow(/signature/i);
  });

  it('is made with a secret of 256 bits that nobody has had before', () => {
    const secrets = Array.from({ length: 100 }, makeSecret);
    expect(new Set(secrets).size).toBe(100);
    for (const secret of secrets) expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  });
});
