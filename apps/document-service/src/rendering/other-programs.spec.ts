import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { makeDocx, paragraph, run } from '../../test/docx-fixture.js';
import { DocxReader } from '../../test/docx-reader.js';
import { renderDocument } from './render-document.js';

const CALENDLY = 'http://localhost:5000/track/lt_calendly_abc?a=1&b=2';
const LINKEDIN = 'http://localhost:5000/track/lt_linkedin_abc';
const PORTFOLIO = 'http://localhost:5000/track/lt_portfolio_abc';
const links = {
  calendly_url: { url: CALENDLY, text: 'calendly.com/jordan' },
  linkedin_url: { url: LINKEDIN, text: 'linkedin.com/in/jordan' },
  portfolio_url: { url: PORTFOLIO, text: 'jordan.example' },
};
const data = {
  personal: { full_name: 'Jordan Avery', email: 'jordan@example.com' },
  projects: [
    { name: 'One', url: 'https://one.example/a?x=1&y=2' },
    { name: 'Two', url: '{{portfolio_url}}' },
    { name: 'None' },
  ],
};

type Expected = [part: string, text: string, target: string];

function render(template: Buffer, given = links as Partial<typeof links>, olderTags = false) {
  const rendered = renderDocument({ template, data, links: given, olderTags });
  return { ...rendered, reader: new DocxReader(rendered.bytes) };
}

function liveLinks(reader: DocxReader): Expected[] {
  return ['document', 'header1', 'footer1', 'footnotes'].flatMap((part) =>
    reader
      .links(`word/${part}.xml`)
      .map(({ text, target }): Expected => [part, text, target?.replaceAll('&amp;', '&') ?? '']),
  );
}

const fixture = (name: string) => readFileSync(new URL(`../../test/fixtures/${name}.docx`, import.meta.url));

describe('templates that other programs wrote', () => {
  it.each<[string, Expected[]]>([
    [
      'docx-library',
      [
        ['document', 'calendly.com/jordan', CALENDLY],
        ['document', 'My profile', LINKEDIN],
        ['document', 'Write to me', 'mailto:jordan@example.com'],
        ['document', 'jordan.example', PORTFOLIO],
        ['document', 'One', 'https://one.example/a?x=1&y=2'],
        ['document', 'Two', PORTFOLIO],
        ['header1', 'linkedin.com/in/jordan', LINKEDIN],
        ['footer1', 'Book', CALENDLY],
        ['footnotes', 'jordan.example', PORTFOLIO],
      ],
    ],
    [
      'libreoffice-from-odt',
      [
        ['document', 'calendly.com/jordan', CALENDLY],
        ['document', 'Book a call', CALENDLY],
        ['document', 'see my profile', `${LINKEDIN}?utm_source=cv`],
        ['document', 'jordan.example', PORTFOLIO],
        // A text box is written for new and for old readers.
        ['document', 'calendly.com/jordan', CALENDLY],
        ['document', 'calendly.com/jordan', CALENDLY],
        ['header1', 'linkedin.com/in/jordan', LINKEDIN],
        ['footer1', 'My work', PORTFOLIO],
        ['footnotes', 'linkedin.com/in/jordan', LINKEDIN],
      ],
    ],
    [
      'libreoffice-from-html',
      [
        ['document', 'Book a call', CALENDLY],
        ['document', 'My profile', LINKEDIN],
        ['document', 'my work', PORTFOLIO],
        ['document', 'Write to me', 'mailto:jordan@example.com'],
        ['document', 'linkedin.com/in/jordan', LINKEDIN],
        ['document', 'One', 'https://one.example/a?x=1&y=2'],
        ['document', 'Two', PORTFOLIO],
        ['document', 'A fixed page', 'https://example.org/fixed'],
      ],
    ],
  ])('%s: every link is live', (name, expected) => {
    const { reader } = render(fixture(name));
    expect(liveLinks(reader)).toEqual(expected);
    expect(reader.partsWithTags()).toEqual([]);
  });

  it.each(['docx-library', 'libreoffice-from-odt', 'libreoffice-from-html'])(
    '%s: nothing is left of links that are not configured',
    (name) => {
      const { reader } = render(fixture(name), {});
      expect(liveLinks(reader).filter(([, , target]) => target.includes('/track/'))).toEqual([]);
      expect(reader.partsWithTags()).toEqual([]);
    },
  );
});

const character = (type: string) => `<w:r><w:fldChar w:fldCharType="${type}"/></w:r>`;
const code = (text: string) => `<w:r><w:instrText xml:space="preserve">${text}</w:instrText></w:r>`;
const field = (codes: string, result: string) =>
  `<w:p>${character('begin')}${codes}${character('separate')}${result}${character('end')}</w:p>`;
const inserted = (content: string) => `<w:ins w:id="7" w:author="A">${content}</w:ins>`;
const control = (properties: string, content: string) =>
  `<w:sdt><w:sdtPr>${properties}</w:sdtPr><w:sdtContent>${content}</w:sdtContent></w:sdt>`;
const picture =
  '<wp:docPr id="1" name="p" descr="Page of {{personal.full_name}}"><a:hlinkClick r:id="rId7"/></wp:docPr>';
const loop = (content: string) => paragraph('{{#projects}}') + content + paragraph('{{/projects}}');
const link = `<w:p><w:hyperlink r:id="rId7">${run('{{name}}')}</w:hyperlink></w:p>`;

describe('what Word writes', () => {
  it.each<[string, string, string, [text: string, target: string][]]>([
    [
      'a field whose code is split',
      field(code(' HYPERLINK "{{cal') + code('endly_') + code('url}}" \\o "Tip" '), run('Book')),
      '',
      [['Book', CALENDLY]],
    ],
    [
      'a field in one run',
      `<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>HYPERLINK "{{calendly_url}}"</w:instrText><w:fldChar w:fldCharType="separate"/><w:t>Book</w:t><w:fldChar w:fldCharType="end"/></w:r></w:p>`,
      '',
      [['Book', CALENDLY]],
    ],
    [
      'a field with a path that Word invented',
      field(code('HYPERLINK "file:///C:\\\\Users\\\\me\\\\%7B%7Bcalendly_url%7D%7D"'), run('Book')),
      '',
      [['Book', CALENDLY]],
    ],
    [
      'a field that shows the tag',
      field(code('HYPERLINK "http://example.org"'), run('{{calendly_url}}')),
      '',
      [['calendly.com/jordan', CALENDLY]],
    ],
    [
      'a field without a result',
      field(code('HYPERLINK {{calendly_url}}'), ''),
      '',
      [['calendly.com/jordan', CALENDLY]],
    ],
    [
      'a field in a tracked insertion',
      `<w:p><w:ins w:id="1">${character('begin')}${code('HYPERLINK "{{calendly_url}}"')}${character('separate')}${run('Book')}${character('end')}</w:ins></w:p>`,
      '',
      [['Book', CALENDLY]],
    ],
    [
      'a field over several paragraphs',
      `<w:p>${run('Before ')}${character('begin')}${code('HYPERLINK "{{calendly_url}}"')}${character('separate')}${run('Book')}</w:p>${paragraph('a call')}<w:p>${run('now')}${character('end')}${run(' after')}</w:p>`,
      '',
      [
        ['Book', CALENDLY],
        ['a call', CALENDLY],
        ['now', CALENDLY],
      ],
    ],
    [
      'a field whose code and result stand in paragraphs of their own',
      `<w:p>${character('begin')}${code('HYPERLINK ')}</w:p><w:p>${code('"{{calendly_url}}"')}${character('separate')}</w:p>${paragraph('Book')}<w:p>${character('end')}</w:p>`,
      '',
      [['Book', CALENDLY]],
    ],
    [
      'a field over several tracked insertions, with a deletion among them',
      `<w:p>${inserted(character('begin') + code('HYPERLINK "{{calen'))}${inserted(code('dly_url}}"'))}<w:del w:id="8"><w:r><w:delInstrText>x</w:delInstrText></w:r></w:del>${inserted(character('separate') + run('Book '))}${inserted(run('a call') + character('end'))}${run(' after')}</w:p>`,
      '',
      [['Book a call', CALENDLY]],
    ],
    [
      'a field over a tracked insertion and what was there before',
      `<w:p>${character('begin')}${inserted(code('HYPERLINK "{{calendly_url}}"'))}${character('separate')}${run('Book ')}${inserted(run('a call'))}${character('end')}</w:p>`,
      '',
      [['Book a call', CALENDLY]],
    ],
    [
      'a tag split over tracked insertions',
      `<w:p>${inserted(run('{{calen'))}${inserted(run('dly_url'))}${run('}}')}</w:p>`,
      '',
      [['calendly.com/jordan', CALENDLY]],
    ],
    [
      'a simple field',
      `<w:p><w:fldSimple w:instr=" HYPERLINK &quot;{{linkedin_url}}?utm=1&quot; ">${run('Me')}</w:fldSimple></w:p>`,
      '',
      [['Me', `${LINKEDIN}?utm=1`]],
    ],
    [
      'a content control in a line',
      `<w:p>${run('At ')}${control('<w:showingPlcHdr/><w:text/>', run('{{calendly_url}}'))}</w:p>`,
      '',
      [['calendly.com/jordan', CALENDLY]],
    ],
    [
      'a content control around paragraphs',
      control('<w:dataBinding w:xpath="x"/>', paragraph('At {{calendly_url}}')),
      '',
      [['calendly.com/jordan', CALENDLY]],
    ],
    [
      'a link per item of a loop',
      loop(link),
      '{{url}}',
      [
        ['One', 'https://one.example/a?x=1&y=2'],
        ['Two', PORTFOLIO],
      ],
    ],
    [
      'a field per item of a loop',
      loop(field(code('HYPERLINK "{{url}}"'), run('{{name}}'))),
      '',
      [
        ['One', 'https://one.example/a?x=1&y=2'],
        ['Two', PORTFOLIO],
      ],
    ],
    [
      'a tip',
      `<w:p><w:hyperlink r:id="rId7" w:tooltip="Book {{personal.full_name}}">${run('Book')}</w:hyperlink></w:p>`,
      '{{calendly_url}}',
      [['Book', CALENDLY]],
    ],
    [
      'a tracked insertion in a link',
      `<w:p><w:hyperlink r:id="rId7"><w:ins w:id="1">${run('{{calendly_url}}')}</w:ins></w:hyperlink></w:p>`,
      'https://example.org',
      [['calendly.com/jordan', CALENDLY]],
    ],
  ])('%s', (_, body, target, expected) => {
    const { reader, placementsOf } = render(makeDocx({ body, targets: target ? { rId7: target } : {} }));
    expect(reader.links().map((found) => [found.text, found.target?.replaceAll('&amp;', '&')])).toEqual(
      expected,
    );
    expect(reader.xml()).not.toMatch(/HYPERLINK|fldChar|footfall:|w:dataBinding|w:showingPlcHdr|<w:text\/>/);
    expect(reader.xml()).not.toMatch(/<w:ins[^>]*>(?:(?!<\/w:ins>).)*<w:hyperlink/);
    expect(reader.partsWithTags()).toEqual([]);
    const placed = expected.filter(([, where]) => where.startsWith(CALENDLY)).length;
    expect(placementsOf('calendly_url')).toBe(placed);
  });

  it('a field around a picture or another field, whose result it keeps', () => {
    const drawing = '<w:r><w:drawing><wp:inline/></w:drawing></w:r>';
    const page = character('begin') + code('PAGE') + character('separate') + run('3') + character('end');
    const { reader } = render(
      makeDocx({
        body:
          field(code('HYPERLINK "{{calendly_url}}"'), drawing) +
          field(code('HYPERLINK "{{linkedin_url}}"'), `${run('Page ')}${page}`),
      }),
    );
    expect(reader.links().map(({ text, target }) => [text, target?.replaceAll('&amp;', '&')])).toEqual([
      ['', CALENDLY],
      ['Page 3', LINKEDIN],
    ]);
    expect(reader.xml()).toContain('<wp:inline/>');
    expect(reader.xml()).toContain('PAGE');
  });

  it('a field over paragraphs whose link is not configured, without a trace', () => {
    const body = `<w:p>${character('begin')}${code('HYPERLINK "{{calendly_url}}"')}${character('separate')}${run('Book')}</w:p><w:p>${run('a call')}${character('end')}</w:p>${paragraph('Regards')}`;
    const { reader } = render(makeDocx({ body }), {});
    expect(reader.lines()).toEqual(['Regards']);
    expect(reader.links()).toEqual([]);
  });

  it('a field that is never ended, or ends in another cell, without its tag', () => {
    const begin = `<w:p>${character('begin')}${code('HYPERLINK "{{calendly_url}}"')}${character('separate')}${run('Book')}</w:p>`;
    const cells = `<w:tbl><w:tr><w:tc>${begin}</w:tc><w:tc><w:p>${character('end')}</w:p></w:tc></w:tr></w:tbl>`;
    for (const body of [begin + paragraph('Regards'), cells + paragraph('Regards')]) {
      const { reader } = render(makeDocx({ body }));
      expect(reader.lines().at(-1)).toBe('Regards');
      expect(reader.partsWithTags()).toEqual([]);
    }
  });

  it('a linked picture with an alternative text', () => {
    const body = `<w:p><w:r><w:drawing>${picture}</w:drawing></w:r></w:p>`;
    const template = makeDocx({ body, targets: { rId7: '%7B%7Bportfolio_url%7D%7D' } });
    const { reader, placementsOf } = render(template);
    expect(reader.xml()).toContain('descr="Page of Jordan Avery"');
    expect(reader.xml('word/_rels/document.xml.rels')).toContain(PORTFOLIO);
    expect(placementsOf('portfolio_url')).toBe(1);
    expect(render(template, {}).reader.xml()).not.toContain('hlinkClick');
  });

  it('a VML shape that leads somewhere', () => {
    const shape = `<v:shape xmlns:v="v" href="{{calendly_url}}" alt="Book {{personal.full_name}}" style="x"><v:textbox><w:txbxContent>${paragraph('{{linkedin_url}}')}</w:txbxContent></v:textbox></v:shape>`;
    const template = makeDocx({ body: `<w:p><w:r><w:pict>${shape}</w:pict></w:r></w:p>` });
    const { reader } = render(template);
    expect(reader.xml()).toContain(`href="${CALENDLY.replaceAll('&', '&amp;')}" alt="Book Jordan Avery"`);
    expect(reader.links().map(({ target }) => target)).toEqual([LINKEDIN]);
    expect(render(template, {}).reader.xml()).not.toContain('href=');
  });

  it('fields that are no links, untouched', () => {
    const body = field(code(' PAGE '), run('1')) + field(code('HYPERLINK \\l "top"'), run('Top {{name}}'));
    expect(
      render(makeDocx({ body }))
        .reader.xml()
        .match(/w:fldChar /g),
    ).toHaveLength(6);
  });

  it('nothing of a request in field codes', () => {
    const body = `<w:p>${code('INCLUDETEXT "{{personal.full_name}}"')}<w:fldSimple w:instr="DDE {{personal.email}}"/></w:p>`;
    expect(render(makeDocx({ body })).reader.xml()).not.toMatch(/Jordan|example/);
  });
});

describe('the older form of tags', () => {
  const body =
    `<w:p>${run('Meet &lt;&lt;calen')}${run('dly_url&gt;')}${run('&gt; &lt;&lt;personal.full_name|Me&gt;&gt; 1 &lt;&lt; 2')}</w:p>` +
    `<w:p><w:hyperlink r:id="rId7">${run('Me')}</w:hyperlink></w:p>` +
    field(code('HYPERLINK "&lt;&lt;portfolio_url&gt;&gt;"'), run('Work')) +
    paragraph('&lt;&lt;#linkedin_url&gt;&gt;yes {{linkedin_url}}&lt;&lt;/linkedin_url&gt;&gt;');
  const template = makeDocx({ body, targets: { rId7: '%3C%3Clinkedin_url%3E%3E' } });

  it('is text unless it is switched on', () => {
    expect(render(template).reader.lines()[0]).toBe(
      'Meet &lt;&lt;calendly_url&gt;&gt; &lt;&lt;personal.full_name|Me&gt;&gt; 1 &lt;&lt; 2',
    );
  });

  it('works beside braces, in text, targets, field codes and data', () => {
    const { reader } = render(template, links, true);
    expect(reader.lines()[0]).toBe('Meet calendly.com/jordan Jordan Avery 1 &lt;&lt; 2');
    expect(reader.links().map(({ target }) => target?.replaceAll('&amp;', '&'))).toEqual([
      CALENDLY,
      LINKEDIN,
      PORTFOLIO,
      LINKEDIN,
    ]);
    const inData = renderDocument({
      template: makeDocx({ body: paragraph('{{text}}') }),
      data: { text: 'at <<calendly_url>>' },
      links,
      olderTags: true,
    });
    expect(new DocxReader(inData.bytes).lines()).toEqual(['at calendly.com/jordan']);
  });
});

it('gives an author’s own links a character style, so that they reach a PDF', () => {
  const body = `<w:p><w:hyperlink r:id="rId7">${run('Page')}</w:hyperlink></w:p>`;
  const { reader } = render(makeDocx({ body, targets: { rId7: 'https://example.org/' } }));
  expect(reader.xml()).toContain('<w:rStyle w:val="FootfallLink"/>');
});
