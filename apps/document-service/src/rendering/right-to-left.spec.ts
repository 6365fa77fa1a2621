import { describe, expect, it } from '@jest/globals';
import { makeDocx, paragraph } from '../../test/docx-fixture.js';
import { DocxReader } from '../../test/docx-reader.js';
import { renderDocument } from './render-document.js';

const render = (body: string, text: string) => {
  const data = { text };
  const { bytes } = renderDocument({ template: makeDocx({ body }), data, links: {} });
  return new DocxReader(bytes).xml();
};

describe('text from right to left', () => {
  it('marks paragraph and run, in the order of the schema', () => {
    const xml = render(
      '<w:p><w:pPr><w:keepNext/><w:spacing w:after="1"/><w:jc w:val="left"/></w:pPr><w:r><w:rPr><w:b/><w:lang w:val="x"/></w:rPr><w:t>{{text}}</w:t></w:r></w:p>',
      'سارة أحمد',
    );
    expect(xml).toContain('<w:keepNext/><w:bidi/><w:spacing w:after="1"/>');
    expect(xml).toContain('<w:rPr><w:b/><w:rtl/><w:lang w:val="x"/></w:rPr>');
  });

  it('inside a paragraph that begins otherwise marks only its run', () => {
    const xml = render('<w:p><w:r><w:t>Name: </w:t></w:r><w:r><w:t>{{text}}</w:t></w:r></w:p>', '(2) שרה');
    expect(xml).not.toContain('<w:bidi/>');
    expect(xml.match(/<w:rtl\/>/g)).toHaveLength(1);
  });

  it('leaves what the author has said, and documents without it', () => {
    const said = '<w:p><w:pPr><w:bidi w:val="0"/></w:pPr><w:r><w:t>{{text}}</w:t></w:r></w:p>';
    expect(render(said, 'שרה').match(/<w:bidi/g)).toHaveLength(1);
    expect(render(paragraph('{{text}}'), 'Zoë 李 🙂')).not.toMatch(/w:bidi|w:rtl/);
  });
});
