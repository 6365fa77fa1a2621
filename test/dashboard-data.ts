import { randomUUID } from 'node:crypto';
import PizZip from 'pizzip';
import { request } from 'undici';

interface Resume {
  links: { function: string; tracking_id: string; redirect_url: string }[];
}

const CALENDLY = 'https://calendly.com/jordan-avery/30min';
const JSON_HEADERS = { 'content-type': 'application/json' };

/** Who the dashboard's documents are about. */
export async function saveProfile(origin: string): Promise<void> {
  const body = JSON.stringify({ first_name: 'Jordan', last_name: 'Avery', calendly_url: CALENDLY });
  await fetch(`${origin}/api/candidates/default`, { method: 'PUT', headers: JSON_HEADERS, body });
}

/** A resume for one application, and its Calendly link. */
export async function generateResume(origin: string, { company }: { company: string }) {
  const ids = { job_id: randomUUID(), application_id: randomUUID() };
  const answer = await fetch(`${origin}/resume`, {
    method: 'POST',
    headers: JSON_HEADERS,
    body: JSON.stringify({
      ...ids,
      personal: { full_name: 'Jordan Avery', calendly_url: CALENDLY },
      target_position: 'Marketing Manager',
      company,
    }),
  });
  const { links } = (await answer.json()) as Resume;
  const calendly = links.find((link) => link.function === 'Calendly');
  if (!calendly) throw new Error('The resume answered no Calendly link.');
  return { ...ids, calendly };
}

/** Follows a link as a browser of that name does. */
export async function clickAs(userAgent: string, url: string): Promise<void> {
  const headers = { 'user-agent': userAgent, accept: 'text/html,*/*;q=0.8', 'accept-language': 'en-CA' };
  const { statusCode } = await request(url, { headers });
  if (statusCode !== 302) throw new Error(`The link answered ${statusCode}.`);
}

const RELATIONSHIPS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument';
const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const TYPES = 'http://schemas.openxmlformats.org/package/2006/content-types';
const MAIN = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';

/** A Word document of one paragraph. */
export function makeDocx(text: string): Buffer {
  const zip = new PizZip();
  zip.file(
    '[Content_Types].xml',
    `<Types xmlns="${TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="${MAIN}"/></Types>`,
  );
  zip.file(
    '_rels/.rels',
    `<Relationships xmlns="${RELATIONSHIPS}"><Relationship Id="rId1" Type="${OFFICE}" Target="word/document.xml"/></Relationships>`,
  );
  zip.file(
    'word/document.xml',
    `<w:document xmlns:w="${WORD}"><w:body><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:body></w:document>`,
  );
  return zip.generate({ type: 'nodebuffer' });
}
