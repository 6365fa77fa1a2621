import PizZip from 'pizzip';
import { makeDocx, paragraph } from './docx-fixture.js';

/** One way in which a document can name something outside of itself. */
export interface OutsideReference {
  name: string;
  /** WordprocessingML of the body. */
  body?: string;
  /** Relationships of a part (the body's when not said) to what lies outside: type and target. */
  relationships?: { from?: string; id: string; type: string; target: string; mode?: '' }[];
  /** Further parts. */
  parts?: Record<string, string>;
}

const NAMESPACES = [
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"',
  'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"',
  'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"',
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"',
  'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"',
  'xmlns:v="urn:schemas-microsoft-com:vml"',
  'xmlns:o="urn:schemas-microsoft-com:office:office"',
].join(' ');
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** Every way there is known to be; each asks `address` for a path of its own, or reads a picture's `file`. */
export function outsideReferences(address: string, file: string): OutsideReference[] {
  const to = (path: string) => `${address}/${path}`;
  const relate = (id: string, type: string, target: string) => ({ relationships: [{ id, type, target }] });
  return [
    { name: 'a linked picture', body: picture('link', 'out1'), ...relate('out1', 'image', to('linked.png')) },
    { name: 'an embedded address', body: picture('embed', 'out2'), ...relate('out2', 'image', to('a.png')) },
    { name: 'a picture’s file', body: picture('link', 'out3'), ...relate('out3', 'image', `file://${file}`) },
    { name: 'a picture’s path', body: picture('link', 'out4'), ...relate('out4', 'image', file) },
    {
      name: 'a picture by way of a hyperlink',
      body: picture('link', 'out5'),
      ...relate('out5', 'hyperlink', to('hyperlink.png')),
    },
    { name: 'a VML picture', body: shape('r:id="out6"'), ...relate('out6', 'image', to('vml.png')) },
    {
      name: 'a linked VML picture',
      body: shape('r:href="out7"'),
      ...relate('out7', 'image', to('href.png')),
    },
    { name: 'a VML picture’s source', body: shape(`src="${to('src.png')}"`) },
    { name: 'INCLUDEPICTURE', body: field(`INCLUDEPICTURE &quot;${to('field.png')}&quot; \\d`) },
    { name: 'INCLUDETEXT', body: field(`INCLUDETEXT &quot;${to('field.docx')}&quot;`) },
    { name: 'INCLUDETEXT of a file', body: field('INCLUDETEXT &quot;file:///etc/passwd&quot;') },
    {
      name: 'DDEAUTO',
      body: field(`DDEAUTO &quot;soffice&quot; &quot;${to('dde.ods')}&quot; &quot;A1&quot;`),
    },
    { name: 'LINK', body: field(`LINK Excel.Sheet.8 &quot;${to('link.xls')}&quot; &quot;A1&quot; \\a`) },
    {
      name: 'a linked OLE object',
      body: `<w:p><w:r><w:object><v:shape id="o1" style="width:50pt;height:50pt"/><o:OLEObject Type="Link" ProgID="Excel.Sheet.12" ShapeID="o1" DrawAspect="Content" r:id="out8" UpdateMode="Always"/></w:object></w:r></w:p>`,
      ...relate('out8', 'oleObject', to('ole.xlsx')),
    },
    {
      name: 'an attached template',
      parts: {
        'word/settings.xml': `<w:settings ${NAMESPACES}><w:attachedTemplate r:id="s1"/></w:settings>`,
      },
      relationships: [
        { id: 'settings', type: 'settings', target: 'settings.xml', mode: '' },
        { from: 'settings', id: 's1', type: 'attachedTemplate', target: to('template.dotm') },
      ],
    },
    {
      name: 'altChunk',
      body: '<w:altChunk r:id="out9"/>',
      relationships: [{ id: 'out9', type: 'aFChunk', target: 'chunk.html', mode: '' }],
      parts: { 'word/chunk.html': `<html><body><img src="${to('chunk.png')}"/>chunk</body></html>` },
    },
    {
      name: 'a remote altChunk',
      body: '<w:altChunk r:id="out10"/>',
      ...relate('out10', 'aFChunk', to('a.html')),
    },
    {
      name: 'a subdocument',
      body: '<w:subDoc r:id="out11"/>',
      ...relate('out11', 'subDocument', to('sub.docx')),
    },
    {
      name: 'a picture inside an SVG',
      body: picture('embed', 'out12'),
      relationships: [{ id: 'out12', type: 'image', target: 'media/a.svg', mode: '' }],
      parts: {
        'word/media/a.svg': `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9"><image xlink:href="${to('svg.png')}" width="9" height="9"/></svg>`,
      },
    },
    {
      name: 'a frame',
      parts: {
        'word/webSettings.xml': `<w:webSettings ${NAMESPACES}><w:frameset><w:frame><w:sourceFileName r:id="f1"/></w:frame></w:frameset></w:webSettings>`,
      },
      relationships: [
        { id: 'web', type: 'webSettings', target: 'webSettings.xml', mode: '' },
        { from: 'webSettings', id: 'f1', type: 'frame', target: to('frame.html') },
      ],
    },
    {
      name: 'a DTD',
      parts: { 'word/fontTable.xml': `<!DOCTYPE x SYSTEM "${to('dtd')}"><x/>` },
      relationships: [{ id: 'fonts', type: 'fontTable', target: 'fontTable.xml', mode: '' }],
    },
  ];
}

/** A document that makes these references, with a line of text before them. */
export function docxReferringTo(references: OutsideReference[]): Buffer {
  const body = paragraph('Start {{personal.full_name}}') + references.map((one) => one.body ?? '').join('');
  const zip = new PizZip(makeDocx({ body }));
  const document = zip.file('word/document.xml')?.asText() ?? '';
  zip.file('word/document.xml', document.replace(/<w:document [^>]*>/, `<w:document ${NAMESPACES}>`));
  const bySource = Map.groupBy(
    references.flatMap(({ relationships = [] }) => relationships),
    ({ from = 'document' }) => from,
  );
  for (const [from, relationships] of bySource) {
    const written = relationships.map(
      ({ id, type, target, mode = ' TargetMode="External"' }) =>
        `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"${mode}/>`,
    );
    zip.file(
      `word/_rels/${from}.xml.rels`,
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${written.join('')}</Relationships>`,
    );
  }
  const types = zip.file('[Content_Types].xml')?.asText() ?? '';
  const more =
    '<Default Extension="html" ContentType="text/html"/><Default Extension="svg" ContentType="image/svg+xml"/>';
  zip.file('[Content_Types].xml', types.replace('<Override', `${more}<Override`));
  for (const { parts = {} } of references) {
    for (const [path, content] of Object.entries(parts)) zip.file(path, content);
  }
  return zip.generate({ type: 'nodebuffer', compression: 'DEFLATE' });
}

function picture(attribute: 'link' | 'embed', id: string): string {
  return `<w:p><w:r><w:drawing><wp:inline><wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="p"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="0" name="x"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:${attribute}="${id}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`;
}

function shape(source: string): string {
  return `<w:p><w:r><w:pict><v:shape id="i1" type="#_x0000_t75" style="width:50pt;height:50pt"><v:imagedata ${source} o:title="x"/></v:shape></w:pict></w:r></w:p>`;
}

function field(code: string): string {
  const mark = (type: string) => `<w:r><w:fldChar w:fldCharType="${type}"/></w:r>`;
  return `<w:p>${mark('begin')}<w:r><w:instrText> ${code} </w:instrText></w:r>${mark('separate')}<w:r><w:t>shown</w:t></w:r>${mark('end')}</w:p>`;
}
