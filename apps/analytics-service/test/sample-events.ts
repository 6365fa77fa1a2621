import { v7 as uuidv7 } from 'uuid';
import type { ClickRecorded, DocumentGenerated, LinkChanged } from '#contracts';

export const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

/** A person's click, unless told otherwise. */
export function sampleClick(overrides: Partial<ClickRecorded> = {}): ClickRecorded {
  return {
    event_id: uuidv7(),
    occurred_at: new Date().toISOString(),
    tracking_id: 'lt_calendly_abc123',
    user_id: 'jordan_avery',
    job_id: 'job-1',
    application_id: 'app-1',
    link_function: 'Calendly',
    link_created_at: '2024-01-01T00:00:00.000Z',
    answer: 'redirect',
    method: 'GET',
    secure: false,
    do_not_track: false,
    ip: '203.0.113.7',
    user_agent: CHROME,
    headers: { accept: 'text/html,*/*', 'accept-language': 'en' },
    ...overrides,
  };
}

let revision = 0;

export function sampleLink(overrides: Partial<LinkChanged> = {}): LinkChanged {
  const trackingId = overrides.tracking_id ?? 'lt_calendly_abc123';
  return {
    event_id: uuidv7(),
    occurred_at: new Date().toISOString(),
    revision: ++revision,
    tracking_id: trackingId,
    user_id: 'jordan_avery',
    job_id: 'job-1',
    application_id: 'app-1',
    link_function: 'Calendly',
    link_type: 'external',
    original_url: 'https://calendly.com/jordan-avery/30min',
    redirect_url: `http://localhost:5000/track/${trackingId}`,
    is_active: true,
    created_at: '2024-01-01T00:00:00.000Z',
    ...overrides,
  };
}

export function sampleDocument(overrides: Partial<DocumentGenerated> = {}): DocumentGenerated {
  return {
    event_id: uuidv7(),
    occurred_at: new Date().toISOString(),
    document_id: uuidv7(),
    kind: 'resume',
    user_id: 'jordan_avery',
    job_id: 'job-1',
    application_id: 'app-1',
    company: 'Tech Corp',
    position: 'Marketing Manager',
    tracking_ids: [],
    ...overrides,
  };
}
