import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { clickAs, generateResume, makeDocx, saveProfile } from './dashboard-data.js';
import { Dashboard, NARROW } from './dashboard-system.js';

let dashboard: Dashboard;

beforeAll(async () => {
  dashboard = await Dashboard.start();
  await saveProfile(dashboard.url);
}, 180_000);
afterAll(async () => {
  await dashboard?.stop();
}, 60_000);

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

describe('a page of the dashboard', () => {
  it('keeps who you are, and refuses an address that leads nowhere at its field', async () => {
    const { page, context, complaints } = await dashboard.open('/app/settings');
    await page.getByLabel('First name').fill('Jordan');
    await page.getByLabel('Last name').fill('Avery');
    await page.getByLabel('Calendly').fill('https://calendly.com:443@example.com/');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('must be an http or https address').first().waitFor();
    await page.getByLabel('Calendly').fill('https://calendly.com/jordan-avery/30min');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('switches a link off and on again', async () => {
    const { calendly } = await generateResume(dashboard.url, { company: 'Quill Foods' });
    const { page, context, complaints } = await dashboard.open(`/app/links`, { viewport: NARROW });
    await page.getByRole('button', { name: `Switch off: Calendly link ${calendly.tracking_id}` }).click();
    const back = page.getByRole('button', { name: `Switch on: Calendly link ${calendly.tracking_id}` });
    await back.waitFor();
    expect(await findLink(calendly.tracking_id)).toMatchObject({ is_active: false });
    await back.click();
    await page.getByRole('button', { name: `Switch off: Calendly link ${calendly.tracking_id}` }).waitFor();
    expect(await findLink(calendly.tracking_id)).toMatchObject({ is_active: true });
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('gives a link an end and a place to lead to after it', async () => {
    const { application_id, calendly } = await generateResume(dashboard.url, { company: 'Kite & Key' });
    const { page, context, complaints } = await dashboard.open(`/app/applications/${application_id}`);
    await page.getByRole('button', { name: `Details: Calendly link ${calendly.tracking_id}` }).click();
    await page.getByLabel('Works until').fill('2031-06-30T18:00');
    await page.getByLabel('When it is off, lead to').fill('https://jordan-avery.example.com/');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/^On, ends in \d+ years$/).waitFor();
    expect(await findLink(calendly.tracking_id)).toMatchObject({
      expires_at: new Date('2031-06-30T18:00').toISOString(),
      fallback_url: 'https://jordan-avery.example.com/',
    });
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('switches many links at once', async () => {
    const { application_id, calendly } = await generateResume(dashboard.url, { company: 'Lumen Games' });
    const { page, context, complaints } = await dashboard.open(`/app/applications/${application_id}`);
    await page.getByRole('button', { name: 'Choose all shown' }).click();
    await page
      .getByRole('region', { name: 'Chosen links' })
      .getByRole('button', { name: 'Switch off' })
      .click();
    await page.getByText('Off', { exact: true }).waitFor();
    expect(await findLink(calendly.tracking_id)).toMatchObject({ is_active: false });
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('makes a resume of a JSON Resume that exists already', async () => {
    const { page, context, complaints } = await dashboard.open(`/app/documents`);
    await page.getByLabel('Job title').fill('Brand Lead');
    await page.getByLabel('Company').fill('Orchard Media');
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Import a JSON Resume' }).click();
    const content = {
      basics: { name: 'Jordan Avery' },
      work: [{ name: 'Quill Foods', position: 'Strategist' }],
    };
    const buffer = Buffer.from(JSON.stringify(content));
    await (await chooser).setFiles({ name: 'jordan.json', mimeType: 'application/json', buffer });
    await page.getByText('Jordan Avery: 1 job, 0 schools, 0 skill groups.').waitFor();
    await page.getByRole('button', { name: 'Make the resume' }).click();
    await page.getByText(/^resume_Jordan_Avery.*is ready$/).waitFor();
    await page.getByRole('link', { name: 'Brand Lead at Orchard Media' }).waitFor();
    await page.getByRole('button', { name: 'Download PDF' }).click();
    await page.getByText('No download').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('finds an application, says what happened to it, and keeps what a person says of it', async () => {
    const { calendly } = await generateResume(dashboard.url, { company: 'Northlight' });
    await generateResume(dashboard.url, { company: 'Fieldstone' });
    await clickAs('curl/8.5.0', calendly.redirect_url);
    const { page, context, complaints } = await dashboard.open(`/app/applications`);
    await page.getByLabel('Search applications').fill('northl');
    await page.getByText('1 application', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Marketing Manager' }).click();
    await page.getByText('No person has clicked a link for Marketing Manager at Northlight yet').waitFor();
    await page.getByText('Why: its name is that of a robot.').waitFor();
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByLabel('What came of it').selectOption('Interview');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Interview', { exact: true }).first().waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('makes a cover letter from an application, with its warnings in words', async () => {
    const { application_id } = await generateResume(dashboard.url, { company: 'Maple Labs' });
    const { page, context, complaints } = await dashboard.open(`/app/applications/${application_id}`, {
      viewport: NARROW,
    });
    await page.getByRole('link', { name: 'Make a document' }).click();
    await page.getByText('Cover letter', { exact: true }).click();
    await page.getByLabel('Opening').fill('I am glad to apply.');
    await page.getByRole('radio', { name: 'Modern' }).click();
    await page.getByRole('button', { name: 'Make the cover letter' }).click();
    await page.getByText(/^cover_letter_Jordan_Avery.*is ready$/).waitFor();
    await page.getByText('No LinkedIn URL is configured; the document goes without that link.').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('says in words and at its place what is wrong with a template', async () => {
    const { page, context, complaints } = await dashboard.open(`/app/templates`);
    const file = page.getByLabel('A Word document');
    await file.setInputFiles({
      name: 'letter.docx',
      mimeType: DOCX,
      buffer: makeDocx('Dear {{recipient.name'),
    });
    await page.getByText('“letter.docx” was not taken').waitFor();
    await page.getByText(/body, paragraph 1: "Dear \{\{recipient\.name"/).waitFor();
    await file.setInputFiles({
      name: 'letter.docx',
      mimeType: DOCX,
      buffer: makeDocx('Dear {{recipient.name}}'),
    });
    await page.getByText('“letter” is ready').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('tells a receiver of webhooks, whose secret is shown once, and forgets it again', async () => {
    const { page, context, complaints } = await dashboard.open(`/app/settings?part=webhooks`);
    await page.getByLabel('Address').fill('https://127.0.0.1/hooks');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByText('private, local and reserved addresses are refused').waitFor();
    await page.getByLabel('Address').fill('https://hooks.example.com/footfall');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByText(/^whsec_/).waitFor();
    await page.getByRole('button', { name: 'Show the log' }).click();
    await page.getByText('Nothing was sent yet.').waitFor();
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('Nobody is told yet.').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('removes addresses from older clicks at once, and says of how many', async () => {
    const { calendly } = await generateResume(dashboard.url, { company: 'Wren Optics' });
    await reportOldClick(calendly.tracking_id);
    const { page, context, complaints } = await dashboard.open(`/app/settings?part=privacy`);
    const remove = page.getByRole('button', { name: 'Remove addresses now' });
    await remove.click();
    await page.getByText('1 click lost its address.').waitFor();
    await remove.click();
    await page.getByText('No click had any.').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('erases an application after one more question, and says how far that is', async () => {
    const { application_id } = await generateResume(dashboard.url, { company: 'Sable Systems' });
    const { page, context, complaints } = await dashboard.open(`/app/settings?part=privacy`);
    await page.getByLabel('Application id').fill(application_id);
    await page.getByRole('button', { name: 'Erase …' }).click();
    await page.getByRole('button', { name: 'Erase', exact: true }).click();
    await page.getByText('An application: done').waitFor();
    await page.getByText(/^Documents: done, [1-9]/).waitFor();
    await page.goto(`${dashboard.url}/app/applications/${application_id}`);
    await page.getByText('Nothing is known of this application').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);
});

async function findLink(trackingId: string) {
  const answer = await fetch(`${dashboard.url}/api/link-tracking/links?limit=500`);
  const { links } = (await answer.json()) as { links: { tracking_id: string }[] };
  return links.find((link) => link.tracking_id === trackingId);
}

/** Of two days ago, by a redirector outside. */
async function reportOldClick(trackingId: string): Promise<void> {
  const clickedAt = new Date(Date.now() - 2 * 86_400_000).toISOString();
  const answer = await fetch(`${dashboard.url}/api/tracking-ingest/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      events: [{ tracking_id: trackingId, clicked_at: clickedAt, ip_address: '203.0.113.7' }],
    }),
  });
  expect(await answer.json()).toMatchObject({ results: { successful: 1 } });
}
