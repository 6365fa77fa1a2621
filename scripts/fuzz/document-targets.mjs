// What reaches the document service: forms, templates, requests and names.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import PizZip from 'pizzip';
import {
  MalformedXmlError,
  parseXml,
  serializeXml,
} from '../../dist/apps/document-service/src/rendering/xml-tree.js';
import { coverLetterSchema } from '../../dist/apps/document-service/src/requests/cover-letter-request.js';
import {
  describeResume,
  resumeSchema,
} from '../../dist/apps/document-service/src/requests/resume-request.js';
import { sampleData } from '../../dist/apps/document-service/src/requests/sample-data.js';
import {
  contentDisposition,
  fileName,
  fileNameBase,
  isFileName,
} from '../../dist/apps/document-service/src/storage/file-name.js';
import { doTemplateJob } from '../../dist/apps/document-service/src/templates/isolation/template-job.js';
import { readUpload } from '../../dist/apps/document-service/src/templates/template-upload.js';
import { CodedError } from '../../dist/libs/platform/src/index.js';
import { damagedBytes, damagedJson, damagedText, text } from './hostile.mjs';

const docx = readFileSync(
  new URL('../../apps/document-service/templates/cover_letter-compact.docx', import.meta.url),
);
const documentXml = new PizZip(docx).file('word/document.xml').asText();
const relations = new PizZip(docx).file('word/_rels/document.xml.rels').asText();
const SAMPLE = sampleData(null);

const FORM = Buffer.concat([
  Buffer.from('--XX\r\nContent-Disposition: form-data; name="name"\r\n\r\nLetter\r\n'),
  Buffer.from('--XX\r\nContent-Disposition: form-data; name="kind"\r\n\r\nresume\r\n'),
  Buffer.from(
    '--XX\r\nContent-Disposition: form-data; name="file"; filename="a.docx"\r\nContent-Type: application/zip\r\n\r\n',
  ),
  docx.subarray(0, 200),
  Buffer.from('\r\n--XX--\r\n'),
]);

const RESUME = {
  job_id: 'job-1',
  personal: {
    full_name: 'Jordan Avery',
    email: 'jordan@example.com',
    calendly_url: 'https://calendly.com/jordan-avery',
  },
  target_position: 'Marketing Manager',
  professional_summary: 'Twelve years of {{target_position}}.',
  experience: [
    {
      company: 'Quill Foods',
      title: 'Lead',
      start_date: '2020-01',
      end_date: '2024-02',
      description: ['a', 'b'],
    },
  ],
  education: [{ institution: 'A', degree: 'B', graduation_year: 2012 }],
  skills: { technical: ['x'], soft: ['y'] },
  sections: [{ title: 'More', entries: [{ heading: 'c' }] }],
};
const JSON_RESUME = {
  job_id: 'job-1',
  json_resume: {
    basics: {
      name: 'Jordan Avery',
      profiles: [{ network: 'LinkedIn', url: 'https://www.linkedin.com/in/j' }],
    },
    work: [{ name: 'Quill Foods', position: 'Lead', startDate: '2020-01-02', highlights: ['a'] }],
    education: [{ institution: 'A', studyType: 'B', endDate: '2012' }],
    skills: [{ name: 'x', keywords: ['y'] }],
  },
};
const LETTER = {
  job_id: 'job-1',
  personal: { first_name: 'Jordan', last_name: 'Avery' },
  recipient: { name: 'Riley', company: 'Tech Corp' },
  position: { title: 'Lead' },
  content: { opening_paragraph: 'a', body_paragraphs: ['b'], closing_paragraph: 'c' },
  date: '2026-01-31',
};

/** The sound template with other text in one of its parts. */
function withPart(path, xml) {
  const zip = new PizZip(docx);
  zip.file(path, xml);
  return zip.generate({ type: 'nodebuffer' });
}

async function inspect(upload) {
  const outcome = await doTemplateJob({ kind: 'inspect', upload, sample: SAMPLE, olderTags: true });
  assert.ok(!('failed' in outcome), outcome.failed);
}

export const DOCUMENT_TARGETS = [
  {
    name: 'multipart',
    input: fc.tuple(
      damagedBytes(FORM),
      fc.oneof(
        damagedText('multipart/form-data; boundary=XX'),
        fc.constant('multipart/form-data; boundary=XX'),
      ),
    ),
    async check([body, contentType]) {
      try {
        const upload = await readUpload(Readable.from([body]), { 'content-type': contentType });
        assert.ok(upload.name.length <= 100 && Buffer.isBuffer(upload.file));
      } catch (error) {
        assert.ok(error instanceof CodedError, error);
      }
    },
  },
  { name: 'docx-zip', input: damagedBytes(docx), check: inspect },
  {
    name: 'docx-xml',
    input: fc.oneof(
      damagedText(documentXml).map((xml) => withPart('word/document.xml', xml)),
      damagedText(relations).map((xml) => withPart('word/_rels/document.xml.rels', xml)),
    ),
    check: inspect,
  },
  {
    name: 'xml',
    input: fc.oneof(damagedText('<a b="c"><?x y?><!-- d --><e:f>&lt;g</e:f><![CDATA[h]]></a>'), text),
    check(xml) {
      try {
        const written = serializeXml(parseXml(xml));
        assert.equal(serializeXml(parseXml(written)), written);
      } catch (error) {
        assert.ok(error instanceof MalformedXmlError, error);
      }
    },
  },
  {
    name: 'document-requests',
    input: damagedJson(RESUME, JSON_RESUME, LETTER),
    check(body) {
      try {
        coverLetterSchema.safeParse(body);
        const { data } = resumeSchema.safeParse(body);
        if (data) describeResume(data, data.personal ?? {});
      } catch (error) {
        assert.ok(error instanceof CodedError, error);
      }
    },
  },
  {
    name: 'file-names',
    input: fc.tuple(
      text,
      fc.integer({ min: 1, max: 999_999 }),
      damagedText('resume_Jordan_Avery_20260131.docx'),
    ),
    check([name, number, candidate]) {
      const made = fileName(fileNameBase('cover_letter', name, new Date(0)), number);
      assert.ok(isFileName(made), made);
      for (const one of [made, candidate].filter(isFileName)) {
        assert.doesNotMatch(one, /[/\\\0]|\.\./);
        assert.match(contentDisposition(one), /^[\x20-\x7e]+$/);
      }
    },
  },
];
