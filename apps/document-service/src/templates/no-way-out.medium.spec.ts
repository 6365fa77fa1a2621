import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import PizZip from 'pizzip';
import { DocumentSystem } from '../../test/document-system.js';
import { makeDocx, paragraph } from '../../test/docx-fixture.js';

let system: DocumentSystem;
let outside: Server;
let address: string;
const requests: string[] = [];

beforeAll(async () => {
  system = await DocumentSystem.start();
  outside = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await system.stop();
  outside.close();
});

const withPart = (docx: Buffer, path: string, content: string) =>
  new PizZip(docx).file(path, content).generate({ type: 'nodebuffer', compression: 'DEFLATE' });

it('nothing in a template or in data makes the service ask for an address or a file', async () => {
  const plain = makeDocx({ body: paragraph('{{a}} {{b}}') });
  const relationship = `<Relationships><Relationship Id="a" Type="t/image" Target="${address}/x" TargetMode="External"/></Relationships>`;
  const hostile = [
    withPart(plain, 'word/_rels/document.xml.rels', relationship),
    withPart(plain, 'word/a.xml', `<!DOCTYPE x SYSTEM "${address}/dtd"><x/>`),
    makeDocx({ body: `<w:p><w:fldSimple w:instr="INCLUDETEXT ${address}/field"/></w:p>` }),
  ];
  for (const file of hostile) expect((await system.upload(file)).status).toBe(422);

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
  expect(requests).toEqual([]);
});
