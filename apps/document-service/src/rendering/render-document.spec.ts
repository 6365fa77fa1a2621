import { describe, expect, it } from '@jest/globals';
import { makeDocx, paragraph, run } from '../../test/docx-fixture.js';
import { DocxReader } from '../../test/docx-reader.js';
import { type RenderRequest, renderDocument } from './render-document.js';
import { TemplateInvalidError } from './template-invalid-error.js';

const CALENDLY = {
  url: 'http://localhost:5000/track/lt_calendly_abc?a=1&b=2',
  text: 'calendly.com/jordan-avery/30min',
};
const LINKEDIN = { url: 'http://localhost:5000/track/lt_linkedin_abc', text: 'linkedin.com/in/jordan-avery' };
const links = { calendly_url: CALENDLY, linkedin_url: LINKEDIN };

function render(parts: Parameters<typeof makeDocx>[0], request: Partial<RenderRequest> = {}) {
  const rendered = renderDocument({ template: makeDocx(parts), data: {}, links, ...request });
  return { ...rendered, reader: new DocxReader(rendered.bytes) };
}

describe('link tags in text', () => {
  it('become external hyperlinks in the body, in tables, headers, footers and endnotes', () => {
    const tag = paragraph('Meet: {{calendly_url}}');
    const { reader, placementsOf } = render({
      body: `${tag}<w:tbl><w:tr><w:tc>${tag}</w:tc></w:tr></w:tbl>`,
      header: tag,
      footer: tag,
      endnotes: `<w:endnote w:id="1">${tag}</w:endnote>`,
    });
    const link = { text: CALENDLY.text, target: CALENDLY.url, external: true };
    expect(reader.links()).toEqual([link, link]);
    for (const part of ['header1', 'footer1', 'endnotes']) {
      expect(reader.links(`word/${part}.xml`)).toEqual([link]);
    }
    expect(placementsOf('calendly_url')).toBe(5);
    expect(reader.partsWithTags()).toEqual([]);
  });

  it('share one relationship per part and URL', () => {
    const { reader } = render({ body: paragraph('{{calendly_url}} or {{calendly_url}}') });
    expect(reader.links()).toHaveLength(2);
    expect(reader.xml('word/_rels/document.xml.rels').match(/lt_calendly/g)).toHaveLength(1);
  });

  it('become links when Word split the tag over runs, and the other runs keep their text', () => {
    const { reader } = render({
      body: `<w:p>${run('Meet {{cal')}<w:proofErr w:type="spellStart"/>${run('endly_')}${run('url}} soon')}</w:p>`,
    });
    expect(reader.links()).toEqual([{ text: CALENDLY.text, target: CALENDLY.url, external: true }]);
    expect(reader.lines()).toEqual([`Meet ${CALENDLY.text} soon`]);
  });

  it('keep the formatting of the run around them, before, in and after the link', () => {
    const formatting = '<w:rFonts w:ascii="Georgia"/><w:b/><w:color w:val="990000"/>';
    const { reader } = render({ body: paragraph('Meet {{calendly_url}} soon', formatting) });
    const xml = reader.xml();
    expect(xml.split(formatting)).toHaveLength(4);
    expect(xml).toContain(`<w:rPr><w:rStyle w:val="Hyperlink"/>${formatting}</w:rPr>`);
  });

  it.each([
    ['straight quotes', '{{calendly_url | "Book a call"}}'],
    ['escaped quotes', '{{calendly_url | &quot;Book a call&quot;}}'],
    ['curly quotes', '{{calendly_url | “Book a call”}}'],
    ['German quotes', '{{ calendly_url|„Book a call“ }}'],
    ['no quotes', '{{calendly_url|Book a call}}'],
  ])('show a label written with %s', (_, tag) => {
    const { reader } = render({ body: paragraph(tag) });
    expect(reader.links()).toEqual([{ text: 'Book a call', target: CALENDLY.url, external: true }]);
  });

  it('become links inside data strings, with the text around them', () => {
    const { reader } = render(
      { body: paragraph('{{#paragraphs}}{{.}}{{/paragraphs}}') },
      { data: { paragraphs: ['Book at {{calendly_url}} & win', 'Or {{calendly_url | "here"}}.'] } },
    );
    expect(reader.lines()).toEqual([`Book at ${CALENDLY.text} &amp; winOr here.`]);
    expect(reader.links().map(({ text }) => text)).toEqual([CALENDLY.text, 'here']);
  });

  it('become links of their own inside a hyperlink that leads elsewhere', () => {
    const { reader, placementsOf } = render({
      body: `<w:p><w:hyperlink r:id="rId7">${run('Page, {{calendly_url}}, more')}</w:hyperlink></w:p>`,
      targets: { rId7: 'https://example.org/page' },
    });
    const page = { target: 'https://example.org/page', external: true };
    expect(reader.links()).toEqual([
      { text: 'Page, ', ...page },
      { text: CALENDLY.text, target: CALENDLY.url, external: true },
      { text: ', more', ...page },
    ]);
    expect(placementsOf('calendly_url')).toBe(1);
  });

  it('lie outside tracked insertions, which may not hold a hyperlink', () => {
    const { reader } = render({
      body: `<w:p><w:ins w:id="1">${run('Meet {{calendly_url}} now')}</w:ins></w:p>`,
    });
    expect(reader.links()).toHaveLength(1);
    expect(reader.xml()).not.toMatch(/<w:ins[^>]*>(?:(?!<\/w:ins>).)*<w:hyperlink/);
    expect(reader.lines()).toEqual([`Meet ${CALENDLY.text} now`]);
  });

  it('become plain text inside a hyperlink of the template, because links do not nest', () => {
    const { reader } = render({
      body: `<w:p><w:hyperlink r:id="rId7">${run('{{calendly_url}}')}</w:hyperlink></w:p>`,
      targets: { rId7: '%7B%7Bcalendly_url%7D%7D' },
    });
    expect(reader.links()).toEqual([{ text: CALENDLY.text, target: CALENDLY.url, external: true }]);
  });

  it('become links in text boxes, and both of Word’s copies count as one placement', () => {
    const box = `<w:txbxContent>${paragraph('Meet: {{calendly_url}}')}${paragraph('Work: {{portfolio_url}}')}</w:txbxContent>`;
    const copies = `<mc:AlternateContent xmlns:mc="m"><mc:Choice>${box}</mc:Choice><mc:Fallback>${box}</mc:Fallback></mc:AlternateContent>`;
    const { reader, placementsOf } = render({
      body: `<w:p>${run('Anchor {{linkedin_url}}')}<w:r>${copies}</w:r></w:p>`,
    });
    expect(reader.links().map(({ target }) => target)).toEqual([LINKEDIN.url, CALENDLY.url, CALENDLY.url]);
    expect(placementsOf('calendly_url')).toBe(1);
    expect(reader.xml()).not.toContain('Work:');
    expect(reader.xml().match(/<w:txbxContent>/g)).toHaveLength(2);
  });

  it('give authors sections that show only when the URL is configured', () => {
    const body =
      paragraph('{{#calendly_url}}Meet me: {{calendly_url}}{{/calendly_url}}') +
      paragraph(
        '{{#portfolio_url}}My work: {{portfolio_url}}{{/portfolio_url}}{{^portfolio_url}}Work on request{{/portfolio_url}}',
      );
    expect(render({ body }).reader.lines()).toEqual([`Meet me: ${CALENDLY.text}`, 'Work on request']);
  });
});

describe('the link style', () => {
  it('is found by its name, because ids are localised', () => {
    const styles =
      '<w:style w:type="character" w:styleId="Lienhypertexte"><w:name w:val="Hyperlink"/></w:style>';
    const { reader } = render({ body: paragraph('{{calendly_url}}'), styles });
    expect(reader.xml()).toContain('<w:rStyle w:val="Lienhypertexte"/>');
    expect(reader.xml('word/styles.xml').match(/Hyperlink/g)).toHaveLength(1);
  });

  it('is made, with its part, in a template that has no styles', () => {
    const { reader } = render({ body: paragraph('{{calendly_url}}') });
    expect(reader.xml('word/styles.xml')).toContain('w:styleId="Hyperlink"');
    expect(reader.xml('[Content_Types].xml')).toContain('/word/styles.xml');
    expect(reader.xml('word/_rels/document.xml.rels')).toContain('styles.xml');
  });

  it('is not made in a document without links', () => {
    const { reader } = render({ body: paragraph('No links') });
    expect(reader.xml('word/styles.xml')).toBe('');
  });
});

describe('link targets', () => {
  const body = `<w:p><w:hyperlink r:id="rId7">${run('Book a call')}</w:hyperlink></w:p>`;

  it.each([
    '%7B%7Bcalendly_url%7D%7D',
    '{{calendly_url}}',
    '%257B%257Bcalendly_url%257D%257D',
    '%7b%7bcalendly_url%7d%7d',
    '%7B%7B%20calendly_url%20%7D%7D',
    'http://%7B%7Bcalendly_url%7D%7D/',
    './%7B%7Bcalendly_url%7D%7D',
    'file:///C:\\Users\\me\\%7B%7Bcalendly_url%7D%7D',
    'file:///C:\\Users\\me\\{{calendly_url}}',
    'https://%7B%7B%20calendly_url%20%7C%20%22Book%22%20%7D%7D',
  ])('written as %s point to the URL', (target) => {
    const { reader, placementsOf } = render({ body, targets: { rId7: target } });
    expect(reader.links()).toEqual([{ text: 'Book a call', target: CALENDLY.url, external: true }]);
    expect(placementsOf('calendly_url')).toBe(1);
  });

  it('keep an author’s query behind the tag', () => {
    const { reader } = render({ body, targets: { rId7: '{{linkedin_url}}?utm_source=cv' } });
    expect(reader.links()[0]?.target).toBe(`${LINKEDIN.url}?utm_source=cv`);
  });

  it('may be a mail address from the data', () => {
    const { reader } = render(
      { body, targets: { rId7: 'mailto:{{personal.email}}' } },
      { data: { personal: { email: 'jordan@example.com' } } },
    );
    expect(reader.links()[0]?.target).toBe('mailto:jordan@example.com');
  });

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x'])(
    'are refused when data makes them %s',
    (page) => {
      const request = () => render({ body, targets: { rId7: '{{page}}' } }, { data: { page } });
      expect(request).toThrow(expect.objectContaining({ code: 'unsafe_link_target' }));
    },
  );

  it.each(['javascript:alert(1)', 'file:///C:/secret.txt', 'ftp://a.example', '\\\\host\\share'])(
    'are refused when the template says %s',
    (target) => {
      const isRefused = expect.objectContaining({ code: 'unsafe_link_target' });
      expect(() => render({ body, targets: { rId7: target } })).toThrow(isRefused);
      const field = `<w:fldSimple w:instr="HYPERLINK &quot;${target}&quot;">${run('x')}</w:fldSimple>`;
      expect(() => render({ body: `<w:p>${field}</w:p>` })).toThrow(isRefused);
      const shape = `<w:r><w:pict><v:shape xmlns:v="v" href="${target}"/></w:pict></w:r>`;
      expect(() => render({ body: `<w:p>${shape}</w:p>` })).toThrow(isRefused);
    },
  );

  it.each([
    ['a number', 'tel:{{phone}}', '+1 (416) 555-0142', 'tel:+1%20(416)%20555-0142'],
    ['a host', '{{page}}', 'jordan.example/cv', 'https://jordan.example/cv'],
    ['an escaped URL', '{{page}}', 'https://a.example/a%20b?c=1&d=2', 'https://a.example/a%20b?c=1&d=2'],
    ['a URL with spaces', '{{page}}', 'https://a.example/a b', 'https://a.example/a%20b'],
    ['a URL behind an invented scheme', 'http://{{page}}/', 'https://a.example/x', 'https://a.example/x'],
    ['a host behind a scheme', 'http://{{page}}/', 'a.example', 'http://a.example'],
    ['a path in the data', 'https://a.example/{{page}}', 'x y', 'https://a.example/x%20y'],
  ])('may be %s', (_, target, value, expected) => {
    const { reader } = render({ body, targets: { rId7: target } }, { data: { page: value, phone: value } });
    expect(reader.links()[0]?.target).toBe(expected);
  });

  it('carry a tracked URL within another one', () => {
    const { reader } = render({ body, targets: { rId7: 'https://l.example/?to={{linkedin_url}}' } });
    expect(reader.links()[0]?.target).toBe(`https://l.example/?to=${encodeURIComponent(LINKEDIN.url)}`);
  });

  it('that come to nothing leave no link, and no relationship that nobody uses', () => {
    const { reader } = render({ body: body + paragraph('x'), targets: { rId7: '{{page}}' } });
    expect(reader.links()).toEqual([]);
    expect(reader.xml('word/_rels/document.xml.rels')).not.toContain('rId7');
  });

  it('give runs without a character style one, so that the link reaches a PDF', () => {
    const { reader } = render({ body, targets: { rId7: '{{calendly_url}}' } });
    expect(reader.xml()).toContain('<w:rStyle w:val="FootfallLink"/>');
  });

  it('that are not configured leave a title’s words and no link', () => {
    const heading = `<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:hyperlink r:id="rId7">${run('Jordan Avery', '<w:rStyle w:val="Hyperlink"/>')}</w:hyperlink></w:p>`;
    const { reader } = render({ body: heading + body, targets: { rId7: '{{portfolio_url}}' } });
    expect(reader.lines()).toEqual(['Jordan Avery']);
    expect(reader.links()).toEqual([]);
    expect(reader.xml('word/_rels/document.xml.rels')).not.toContain('rId7');
    expect(reader.xml()).not.toContain('rStyle');
  });
});

describe('links that are not configured', () => {
  const lines = (...texts: string[]) => render({ body: texts.map((text) => paragraph(text)).join('') });

  it('take their line with them when it is only label and link', () => {
    expect(
      lines('Schedule a meeting: {{portfolio_url}}', 'Portfolio {{portfolio_url}}', 'Regards').reader.lines(),
    ).toEqual(['Regards']);
  });

  it('take their segment and one separator', () => {
    const { reader } = lines(
      'a@b.c | LinkedIn: {{linkedin_url}} | Portfolio: {{portfolio_url}}',
      'Portfolio: {{portfolio_url}} | a@b.c',
      'a@b.c | {{portfolio_url | "Work"}} | Calgary',
    );
    expect(reader.lines()).toEqual([`a@b.c | LinkedIn: ${LINKEDIN.text}`, 'a@b.c', 'a@b.c | Calgary']);
  });

  it('leave a sentence standing and say so', () => {
    const { reader, warnings } = lines('See my work at {{portfolio_url}}, or ask me for samples.');
    expect(reader.lines()).toEqual(['See my work at, or ask me for samples.']);
    expect(warnings).toContainEqual(
      expect.objectContaining({ code: 'link_left_out_of_sentence', variable: 'portfolio_url' }),
    );
  });

  it('take only their own line of a paragraph with line breaks', () => {
    const body = `<w:p><w:r><w:t>Regards</w:t><w:br/><w:t>Portfolio: {{portfolio_url}}</w:t><w:br/><w:t>Jordan</w:t></w:r></w:p>`;
    expect(render({ body }).reader.lines()).toEqual(['Regards\nJordan']);
  });

  it('never leave a table cell or header without a paragraph', () => {
    const cell = `<w:tbl><w:tr><w:tc>${paragraph('{{portfolio_url}}')}</w:tc></w:tr></w:tbl>`;
    const { reader } = render({ body: cell, header: paragraph('{{portfolio_url}}') });
    expect(reader.lines()).toEqual(['']);
    expect(reader.lines('word/header1.xml')).toEqual(['']);
  });

  it('keep a paragraph that carries section properties', () => {
    const body = `<w:p><w:pPr><w:sectPr/></w:pPr>${run('{{portfolio_url}}')}</w:p>${paragraph('next')}`;
    expect(render({ body }).reader.lines()).toEqual(['', 'next']);
  });
});

describe('ordinary tags', () => {
  it('fall back to their default, and unknown ones are reported and never printed', () => {
    const { reader, warnings } = render(
      { body: paragraph('Dear {{recipient|Hiring Manager}}, {{nickname}}{{constructor}}{{a.b.c}}!') },
      { data: { recipient: '' } },
    );
    expect(reader.lines()).toEqual(['Dear Hiring Manager, !']);
    const unknown = warnings.filter(({ code }) => code === 'unknown_tag').map(({ tag }) => tag);
    expect(unknown).toEqual(['nickname', 'constructor', 'a.b.c']);
  });

  it('inside data are filled in once and never again', () => {
    const { reader } = render(
      { body: paragraph('{{summary}}') },
      { data: { summary: 'I am {{name}}, {{nobody}}', name: '{{summary}} {{name}}Jordan' } },
    );
    expect(reader.lines()).toEqual(['I am  Jordan, ']);
  });

  it('cannot forge a link mark', () => {
    const { reader } = render(
      { body: paragraph('{{x}} {{calendly_url}}') },
      { data: { x: '\uE000abc:0\uE001' } },
    );
    expect(reader.links()).toHaveLength(1);
  });

  it('escape markup in data and keep line breaks with their formatting', () => {
    const { reader } = render({ body: paragraph('{{x}}', '<w:b/>') }, { data: { x: '<w:p/> & "a"\nb' } });
    expect(reader.xml()).toContain('&lt;w:p/&gt; &amp;');
    expect(reader.xml().match(/<w:b\/>/g)?.length).toBeGreaterThanOrEqual(2);
  });
});

describe('a template that cannot be filled in', () => {
  it('is refused with every fault', () => {
    const template = makeDocx({ body: paragraph('{{#a}} {{b') + paragraph('{{c d}}') });
    expect(() => renderDocument({ template, data: {}, links })).toThrow(TemplateInvalidError);
  });

  it('is refused when it is no zip', () => {
    expect(() => renderDocument({ template: Buffer.from('hello'), data: {}, links })).toThrow(
      TemplateInvalidError,
    );
  });
});

it('reports and removes tags in parts that are not filled in', () => {
  const body = `<w:p>${run('x')}<w:r><w:instrText>MERGEFIELD {{a}} {{b</w:instrText></w:r><w:r><w:instrText>}}</w:instrText></w:r></w:p>`;
  const { reader, warnings } = render({ body });
  expect(reader.partsWithTags()).toEqual([]);
  expect(reader.xml()).toContain('MERGEFIELD');
  expect(warnings.map(({ code }) => code)).toContain('leftover_tag');
});

it('keeps two candidates apart when they are rendered from the same bytes', () => {
  const template = makeDocx({ body: paragraph('{{name}} {{calendly_url}}') });
  const before = Buffer.from(template);
  const readers = ['Ann', 'Bob', 'Ann'].map((name) => {
    const url = `https://calendly.com/${name}`;
    const rendered = renderDocument({
      template,
      data: { name },
      links: { calendly_url: { url, text: name } },
    });
    return new DocxReader(rendered.bytes);
  });
  expect(readers.map((reader) => reader.lines())).toEqual([['Ann Ann'], ['Bob Bob'], ['Ann Ann']]);
  expect(readers[1]?.xml('word/_rels/document.xml.rels')).not.toContain('Ann');
  expect(template.equals(before)).toBe(true);
});

it('refuses a template whose XML is broken where links are written', () => {
  const body = `${paragraph('{{calendly_url}}')}<w:p><w:r></w:p></w:r>`;
  expect(() => renderDocument({ template: makeDocx({ body }), data: {}, links })).toThrow(
    TemplateInvalidError,
  );
});

describe('hostile data of the largest size a request may have', () => {
  const fieldOf = (text: string) => text.repeat(Math.floor(19_000 / text.length));

  it.each([
    ['naming another text over and over', '{{long}}'],
    ['full of links', '{{calendly_url}} '],
    ['full of links that are not configured', 'a {{portfolio_url}} | '],
    ['full of unknown tags', '{{x}}'],
    ['of braces', '{{'],
    ['of spaces before a link', ' '],
    ['of line breaks', '\n'],
  ])(
    '%s is rendered in time and space',
    (_, text) => {
      const fields = Object.fromEntries(
        Array.from({ length: 9 }, (__, index) => [`f${index}`, fieldOf(text)]),
      );
      const body = Object.keys(fields)
        .map((name) => paragraph(`{{${name}}}{{portfolio_url}}`))
        .join('');
      const before = process.cpuUsage();
      const { bytes } = render({ body }, { data: { ...fields, long: 'x'.repeat(19_000) } });
      // Processor time: other tests share the machine. What is quadratic here takes minutes.
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1e6).toBeLessThan(10);
      expect(bytes.length).toBeLessThan(2_000_000);
    },
    30_000,
  );
});
