import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DocumentSystem } from '../../test/document-system.js';
import { makeDocx, paragraph } from '../../test/docx-fixture.js';
import { docxReferringTo, outsideReferences } from '../../test/outside-references.js';
import { startOutsideServer } from '../../test/outside-server.js';

let system: DocumentSystem;
let outside: Awaited<ReturnType<typeof startOutsideServer>>;

beforeAll(async () => {
  system = await DocumentSystem.start();
  outside = await startOutsideServer();
});
afterAll(async () => {
  await system.stop();
  outside.stop();
});

it('a template that names anything outside of it is refused, whichever way it does', async () => {
  const refused = await Promise.all(
    outsideReferences(outside.address, '/etc/hostname.png').map(async (reference) => {
      const { status, body } = await system.upload(docxReferringTo([reference]), { name: reference.name });
      return `${reference.name}: ${status} ${body.code}`;
    }),
  );
  for (const verdict of refused) {
    expect(verdict).toMatch(/: 422 (external_relationship|forbidden_field|dtd)$/);
  }
  expect(outside.requests).toEqual([]);
});

it('nothing in data makes the service ask for an address or a file', async () => {
  const { address } = outside;
  const template = makeDocx({
    body: paragraph('{{a}} {{b}} {{calendly_url}} {{motto}}'),
    targets: { rId5: `${address}/link`, rId6: '{{motto}}' },
  });
  const { body } = await system.upload(template, { name: 'Outside' });
  const answer = await system.call('POST', '/resume', {
    personal: { full_name: '<img src="file:///etc/passwd">', calendly_url: `${address}/calendly` },
    template_id: body.template_id,
    a: `<w:altChunk r:id="x"/>{{@raw}} INCLUDETEXT "${address}/a"`,
    b: [`${address}/b`, '../../../etc/passwd', '{{constructor}} {{__proto__}}'],
    motto: `${address}/motto`,
  });
  expect(answer.status).toBe(200);
  const reader = await system.download(answer.body.download_url);
  expect(reader.xml()).not.toContain('<w:altChunk');
  expect(reader.lines().join()).not.toContain('root:');
  expect(outside.requests).toEqual([]);
});
