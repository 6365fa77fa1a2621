import PizZip from 'pizzip';

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const WORD_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml';

export interface DocxParts {
  /** WordprocessingML between `<w:body>` and its section properties. */
  body: string;
  header?: string;
  footer?: string;
  endnotes?: string;
  styles?: string;
  /** Targets of external hyperlinks of the body, by relationship id. */
  targets?: Record<string, string>;
  /** Addresses of external pictures, by relationship id. */
  images?: Record<string, string>;
}

/** A minimal .docx of hand-written XML, so that a test shows exactly what a word processor would have stored. */
export function makeDocx({
  body,
  header,
  footer,
  endnotes,
  styles,
  targets = {},
  images = {},
}: DocxParts): Buffer {
  const zip = new PizZip();
  const overrides: string[] = [];
  const relationships: string[] = [];
  const addPart = (name: string, root: string, content: string) => {
    zip.file(
      `word/${name}.xml`,
      `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:${root} ${W} ${R}>${content}</w:${root}>`,
    );
    const type = name.replace(/\d+$/, '');
    overrides.push(
      `<Override PartName="/word/${name}.xml" ContentType="${WORD_TYPE}.${type === 'document' ? 'document.main' : type}+xml"/>`,
    );
    if (type !== 'document') relationships.push(relationship(`rel_${name}`, type, `${name}.xml`));
  };
  addPart('document', 'document', `<w:body>${body}<w:sectPr/></w:body>`);
  if (header) addPart('header1', 'hdr', header);
  if (footer) addPart('footer1', 'ftr', footer);
  if (endnotes) addPart('endnotes', 'endnotes', endnotes);
  if (styles) addPart('styles', 'styles', styles);
  for (const [id, target] of Object.entries(targets)) {
    relationships.push(
      relationship(id, 'hyperlink', target.replaceAll('&', '&amp;'), ' TargetMode="External"'),
    );
  }
  for (const [id, target] of Object.entries(images)) {
    relationships.push(relationship(id, 'image', target, ' TargetMode="External"'));
  }
  zip.file('word/_rels/document.xml.rels', relationshipsFile(relationships));
  zip.file('_rels/.rels', relationshipsFile([relationship('rId1', 'officeDocument', 'word/document.xml')]));
  zip.file(
    '[Content_Types].xml',
    `<?xml version="1.0" encoding="UTF-8"?>\n<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides.join('')}</Types>`,
  );
  return zip.generate({ type: 'nodebuffer' });
}

/** A paragraph of one run. */
export function paragraph(text: string, runProperties = ''): string {
  return `<w:p>${run(text, runProperties)}</w:p>`;
}

export function run(text: string, runProperties = ''): string {
  const properties = runProperties && `<w:rPr>${runProperties}</w:rPr>`;
  return `<w:r>${properties}<w:t xml:space="preserve">${text}</w:t></w:r>`;
}

function relationship(id: string, type: string, target: string, mode = ''): string {
  return `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"${mode}/>`;
}

function relationshipsFile(relationships: string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${relationships.join('')}</Relationships>`;
}
