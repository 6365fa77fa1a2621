/**
 * Writes the templates in test/fixtures as the docx library and LibreOffice write them, LibreOffice from .odt and from
 * .html. Needs `soffice` on the PATH; tests do not, they read what is committed.
 *
 *   node apps/document-service/scripts/build-template-fixtures.mjs
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Document,
  ExternalHyperlink,
  Footer,
  FootnoteReferenceRun,
  Header,
  Packer,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
} from 'docx';

const FIXTURES = new URL('../test/fixtures/', import.meta.url);
const work = mkdtempSync(join(tmpdir(), 'fixtures-'));

const html = `<!DOCTYPE html><html><body>
<h1>{{personal.full_name}}</h1>
<p>Meet me: {{calendly_url | "Book a call"}}</p>
<p><a href="{{linkedin_url}}">My profile</a> and <a href="{{portfolio_url}}">my work</a></p>
<p><a href="mailto:{{personal.email}}">Write to me</a></p>
<table><tr><td>Profile: {{linkedin_url}}</td></tr></table>
<p>{{#projects}}</p><p><a href="{{url}}">{{name}}</a></p><p>{{/projects}}</p>
<p><a href="https://example.org/fixed">A fixed page</a></p>
</body></html>`;

const NAMESPACES = ['office', 'text', 'table', 'style', 'draw']
  .map((name) => {
    const uri = name === 'draw' ? 'drawing' : name;
    return `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${uri}:1.0"`;
  })
  .concat(
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"',
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"',
    'xmlns:xlink="http://www.w3.org/1999/xlink"',
  )
  .join(' ');
const a = (href, shown) => `<text:a xlink:type="simple" xlink:href="${href}">${shown}</text:a>`;
const odt = `<?xml version="1.0" encoding="UTF-8"?>
<office:document ${NAMESPACES} office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:automatic-styles>
 <style:style style:name="bold" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
 <style:page-layout style:name="page"><style:header-style/><style:footer-style/></style:page-layout>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="page">
 <style:header><text:p>{{personal.full_name}} | {{linkedin_url}}</text:p></style:header>
 <style:footer><text:p>${a('{{portfolio_url}}', 'My work')}</text:p></style:footer>
</style:master-page></office:master-styles>
<office:body><office:text>
 <text:p>Meet me: {{calen<text:span text:style-name="bold">dly_</text:span>url}} soon</text:p>
 <text:p>${a('{{calendly_url}}', 'Book a call')} or ${a('{{linkedin_url}}?utm_source=cv', 'see my profile')}</text:p>
 <table:table><table:table-column/><table:table-row><table:table-cell><text:p>Work: {{portfolio_url}}</text:p></table:table-cell></table:table-row></table:table>
 <text:p>A note<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>See {{linkedin_url}}</text:p></text:note-body></text:note></text:p>
 <text:p><draw:frame svg:width="6cm" svg:height="2cm" text:anchor-type="paragraph"><draw:text-box><text:p>Boxed: {{calendly_url}}</text:p></draw:text-box></draw:frame>Beside a box</text:p>
</office:text></office:body></office:document>`;

function byLibreOffice(name, source, extension, filter) {
  const path = join(work, `${name}.${extension}`);
  writeFileSync(path, source);
  execFileSync('soffice', [
    `-env:UserInstallation=file://${work}/profile`,
    '--headless',
    ...(filter ? [`--infilter=${filter}`] : []),
    '--convert-to',
    'docx:MS Word 2007 XML',
    '--outdir',
    work,
    path,
  ]);
  copyFileSync(join(work, `${name}.docx`), new URL(`${name}.docx`, FIXTURES));
}

function byDocxLibrary() {
  const text = (value) => new Paragraph({ children: [new TextRun({ text: value, bold: true })] });
  const link = (target, shown) =>
    new Paragraph({
      children: [
        new ExternalHyperlink({ link: target, children: [new TextRun({ text: shown, style: 'Hyperlink' })] }),
      ],
    });
  const document = new Document({
    footnotes: { 1: { children: [text('See {{portfolio_url}}')] } },
    sections: [
      {
        headers: { default: new Header({ children: [text('{{linkedin_url}}')] }) },
        footers: { default: new Footer({ children: [link('{{calendly_url}}', 'Book')] }) },
        children: [
          text('Meet me: {{calendly_url}}'),
          link('{{linkedin_url}}', 'My profile'),
          link('mailto:{{personal.email}}', 'Write to me'),
          new Table({
            rows: [new TableRow({ children: [new TableCell({ children: [text('{{portfolio_url}}')] })] })],
          }),
          new Paragraph({ children: [new TextRun('A note'), new FootnoteReferenceRun(1)] }),
          text('{{#projects}}'),
          link('{{url}}', '{{name}}'),
          text('{{/projects}}'),
        ],
      },
    ],
  });
  return Packer.toBuffer(document);
}

writeFileSync(new URL('docx-library.docx', FIXTURES), await byDocxLibrary());
byLibreOffice('libreoffice-from-odt', odt, 'fodt');
byLibreOffice('libreoffice-from-html', html, 'html', 'HTML (StarWriter)');
rmSync(work, { recursive: true, force: true });
