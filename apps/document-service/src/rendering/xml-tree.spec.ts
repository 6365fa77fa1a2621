import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  attributeOf,
  elementsNamed,
  escapeXml,
  MalformedXmlError,
  parseXml,
  serializeXml,
  setAttribute,
  unescapeXml,
} from './xml-tree.js';

describe('the XML tree', () => {
  it('serialises to the text it was made of', () => {
    const xml =
      '<?xml version="1.0"?>\n<!-- a < b --><w:p a="1 > 0" b=\'"\'><w:t xml:space="preserve"> x &amp; y </w:t><![CDATA[<z>]]><w:br/></w:p>';
    expect(serializeXml(parseXml(xml))).toBe(xml);
  });

  it.each(['<a>', '</a>', '<a></b>', '<a><b></a></b>', '<a b="<"'])('refuses %s', (xml) => {
    expect(() => parseXml(xml)).toThrow(MalformedXmlError);
  });

  it('writes any text into attributes so that it is read back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const tree = parseXml('<a x="1" xy="2"/>');
        const [element] = elementsNamed(tree, 'a');
        if (!element) throw new Error('no element');
        setAttribute(element, 'x', value);
        const [read] = elementsNamed(parseXml(serializeXml(tree)), 'a');
        expect(read && attributeOf(read, 'x')).toBe(value);
        expect(read && attributeOf(read, 'xy')).toBe('2');
      }),
    );
  });

  it('unescapes what it escapes, and numbers of characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => unescapeXml(escapeXml(text)) === text));
    expect(unescapeXml('&#x1F600;&#65;&apos;&unknown;')).toBe("😀A'&unknown;");
  });
});
