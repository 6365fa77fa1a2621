/**
 * Filling in the built-in resume with two pages of data and three links, beside bare docxtemplater on the same
 * template and data: unpacked anew for every document, tags filled in as text, no links, no checks. Both take turns in
 * this one process, on one core, so both see the same machine; the times are of single documents. Then 5,000 documents
 * more: what the process holds in memory before and after.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import Docxtemplater from 'docxtemplater';
import PizZip from 'pizzip';

const ROOT = join(import.meta.dirname, '../..');
const WARM_UP = 200;
const TURNS = 20;
const DOCUMENTS_A_TURN = 25;
const MEMORY_WARM_UP = 1_000;
const MEMORY_DOCUMENTS = 5_000;

const links = {
  calendly_url: { url: 'http://localhost:5000/track/lt_calendly_1', text: 'calendly.com/jordan/30min' },
  linkedin_url: { url: 'http://localhost:5000/track/lt_linkedin_1', text: 'linkedin.com/in/jordan' },
  portfolio_url: { url: 'http://localhost:5000/track/lt_portfolio_1', text: 'jordan.example' },
};

export async function run() {
  const dist = join(ROOT, 'dist/apps/document-service/src');
  const { renderDocument } = await import(join(dist, 'rendering/render-document.js'));
  const { describeResume, resumeSchema } = await import(join(dist, 'requests/resume-request.js'));
  const template = readFileSync(join(ROOT, 'apps/document-service/templates/resume-classic.docx'));
  const request = resumeSchema.parse(resume());
  const data = describeResume(request, request.personal);
  const ours = () => renderDocument({ template, data, links }).bytes;
  const bare = () => renderBare(template, data);
  requireLinks(ours());

  time(ours, WARM_UP);
  time(bare, WARM_UP);
  const times = { ours: [], bare: [] };
  for (let turn = 0; turn < TURNS; turn++) {
    times.bare.push(...time(bare, DOCUMENTS_A_TURN));
    times.ours.push(...time(ours, DOCUMENTS_A_TURN));
  }
  const row = (bench, unit, value, floor) => ({
    bench: `render, ${bench}`,
    value,
    unit,
    floor,
    floor_name: 'bare docxtemplater',
    ratio: value / floor,
  });
  const [before, after] = memory(ours);
  return [
    row('p50', 'ms', percentile(times.ours, 0.5), percentile(times.bare, 0.5)),
    row('p95', 'ms', percentile(times.ours, 0.95), percentile(times.bare, 0.95)),
    row('one core', 'documents/s', rate(times.ours), rate(times.bare)),
    {
      ...row(`resident memory after ${MEMORY_DOCUMENTS.toLocaleString('en')}`, 'MB', after, before),
      floor_name: 'before them',
    },
  ];
}

/** What docxtemplater needs to print this template at all: names with a bar, nothing for what is not there. */
function renderBare(template, data) {
  const document = new Docxtemplater(new PizZip(template), {
    delimiters: { start: '{{', end: '}}' },
    paragraphLoop: true,
    linebreaks: true,
    nullGetter: () => '',
    parser: (tag) => {
      const path = tag.split('|')[0].trim();
      return {
        get: (scope) =>
          path === '.' ? scope : path.split('.').reduce((value, name) => value?.[name], scope),
      };
    },
  });
  document.render({
    ...data,
    ...Object.fromEntries(Object.entries(links).map(([name, { url }]) => [name, url])),
  });
  return document
    .getZip()
    .generate({ type: 'nodebuffer', compression: 'DEFLATE', compressionOptions: { level: 6 } });
}

function requireLinks(bytes) {
  const relationships = new PizZip(bytes).file('word/_rels/document.xml.rels').asText();
  for (const { url } of Object.values(links)) {
    if (!relationships.includes(url)) throw new Error(`the document lacks ${url}`);
  }
}

/** Milliseconds of each of a number of documents. */
function time(render, count) {
  return Array.from({ length: count }, () => {
    const started = performance.now();
    render();
    return performance.now() - started;
  });
}

/** Resident megabytes before and after many documents, each time without what could be collected. */
function memory(render) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  const resident = () => {
    collect();
    return process.memoryUsage.rss() / 1e6;
  };
  // V8 first grows its spaces to what this work takes; what comes after that would be a leak.
  time(render, MEMORY_WARM_UP);
  const before = resident();
  for (let made = 0; made < MEMORY_DOCUMENTS; made++) {
    render();
    if (made % 1_000 === 0) console.error(`  ${made} of ${MEMORY_DOCUMENTS} documents for memory`);
  }
  return [before, resident()];
}

function percentile(values, share) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)];
}

function rate(values) {
  return (values.length * 1_000) / values.reduce((sum, value) => sum + value, 0);
}

function resume() {
  const sentence = 'Led a team of twelve that brought a new product line to four markets within a year';
  const job = (number) => ({
    company: `Company ${number}`,
    title: `Marketing Manager ${number}`,
    start_date: `${2024 - number}-01`,
    end_date: `${2025 - number}-01`,
    description: Array.from({ length: 5 }, (_, line) => `${sentence} (${line + 1}).`),
  });
  return {
    personal: {
      full_name: 'Jordan Avery',
      email: 'jordan@example.com',
      phone: '(416) 555-0142',
      address: 'Calgary',
    },
    professional_summary: `${sentence}. ${sentence}. See {{portfolio_url}}.`,
    target_position: 'Marketing Manager',
    experience: Array.from({ length: 6 }, (_, number) => job(number)),
    education: [
      { institution: 'University of Alberta', degree: 'BCom', field: 'Marketing', graduation_year: '2012' },
    ],
    skills: { technical: ['SQL', 'Python', 'Figma'], soft: ['Writing', 'Leading'] },
  };
}
