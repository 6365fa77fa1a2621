import type { World } from './world.js';

/**
 * What one user's key gets of another's:
 * - `nothing`: refused, in the very words in which a thing that does not exist is
 * - `own`: answered with what is the caller's alone
 * - `services`: refused whoever's it is: the call speaks of everybody
 * - `public`: needs no key, and tells nothing of anybody
 */
export type Outcome = 'nothing' | 'own' | 'services' | 'public';

export interface Row {
  /** As in the OpenAPI description. */
  call: string;
  outcome: Outcome;
  /** What is tried, in a few words. */
  how: string;
  path: (of: World) => string;
  body?: (of: World) => unknown;
  /** Changes what it names, so that its owner's turn comes after everybody else's. */
  isLast?: boolean;
  /** False: its owner would be refused as well. */
  ownerMay?: false;
}

const URLS = { original_url: 'https://jordan-avery.example/', link_function: 'Portfolio' };
const period = (path: string) => (of: World) => `${path}${path.includes('?') ? '&' : '?'}user_id=${of.user}`;

/** Answers about clicks and applications: plain, they are the caller's; asked about another user, refused. */
const ANSWERS = [
  '/api/link-tracking/report',
  '/api/applications',
  '/api/applications.csv',
  '/api/clicks.csv',
  '/api/analytics/funnel',
  '/api/analytics/funnel.csv?group_by=company',
  '/api/analytics/jobs',
  '/api/analytics/jobs.csv',
  '/api/analytics/sources',
  '/api/analytics/sources.csv',
  '/api/analytics/engagement-summary',
  '/api/analytics/engagement-to-outcome',
  '/api/analytics/link-function-effectiveness',
  '/api/bookings',
  '/api/webhooks',
].flatMap((path): Row[] => {
  const call = `GET ${path.replace(/\?.*/, '')}`;
  const job = (of: World) => `${path}${path.includes('?') ? '&' : '?'}job_id=${of.job}`;
  const takesJob = !/webhooks|sources/.test(path);
  return [
    { call, outcome: 'own', how: 'everything', path: () => path },
    { call, outcome: 'nothing', how: 'the other’s user_id', path: period(path) },
    ...(takesJob ? [{ call, outcome: 'own' as const, how: 'the other’s job', path: job }] : []),
  ];
});

/** Things that an address names. */
const THINGS: [call: string, path: (of: World) => string, more?: Partial<Row>][] = [
  ['GET /api/link-tracking/lookup/{id}', (of) => `/api/link-tracking/lookup/${of.tracking}`],
  ['GET /api/link-tracking/analytics/{id}', (of) => `/api/link-tracking/analytics/${of.tracking}`],
  ['GET /api/applications/{id}', (of) => `/api/applications/${of.application}`],
  ['GET /api/applications/{id}/timeline', (of) => `/api/applications/${of.application}/timeline`],
  [
    'GET /api/analytics/application-engagement/{id}',
    (of) => `/api/analytics/application-engagement/${of.application}`,
  ],
  ['GET /api/bookings/{id}', (of) => `/api/bookings/${of.booking}`],
  [
    'POST /api/bookings/{id}/attribution',
    (of) => `/api/bookings/${of.booking}/attribution`,
    { body: (of) => ({ tracking_id: of.tracking }) },
  ],
  ['GET /api/webhooks/{id}', (of) => `/api/webhooks/${of.webhook}`],
  ['GET /api/webhooks/{id}/deliveries', (of) => `/api/webhooks/${of.webhook}/deliveries`],
  [
    'PATCH /api/webhooks/{id}',
    (of) => `/api/webhooks/${of.webhook}`,
    { body: () => ({ description: 'taken over' }), isLast: true },
  ],
  ['POST /api/webhooks/{id}/test', (of) => `/api/webhooks/${of.webhook}/test`, { isLast: true }],
  [
    'POST /api/webhooks/{id}/deliveries/{delivery_id}/replay',
    (of) => `/api/webhooks/${of.webhook}/deliveries/${of.delivery}/replay`,
    { isLast: true },
  ],
  [
    'POST /api/webhooks/{id}/replay',
    (of) => `/api/webhooks/${of.webhook}/replay`,
    { body: () => ({ since: '2026-01-31T18:00:00Z' }), isLast: true },
  ],
  [
    'POST /api/webhooks/{id}/rotate-secret',
    (of) => `/api/webhooks/${of.webhook}/rotate-secret`,
    { isLast: true },
  ],
  ['GET /api/privacy/erasures/{id}', (of) => `/api/privacy/erasures/${of.erasure}`],
  ['GET /api/privacy/export/{user_id}', (of) => `/api/privacy/export/${of.user}`],
  ['GET /api/candidates/{user_id}', (of) => `/api/candidates/${of.user}`],
  ['GET /api/candidates/{user_id}/templates', (of) => `/api/candidates/${of.user}/templates`],
  [
    'PUT /api/candidates/{user_id}/templates',
    (of) => `/api/candidates/${of.user}/templates`,
    { body: () => ({ resume: 'modern' }), isLast: true },
  ],
  [
    'PUT /api/candidates/{user_id}',
    (of) => `/api/candidates/${of.user}`,
    { body: () => ({ first_name: 'Taken', last_name: 'Over' }), isLast: true },
  ],
  [
    'PATCH /api/candidates/{user_id}',
    (of) => `/api/candidates/${of.user}`,
    { body: () => ({ calendly_url: 'https://calendly.com/taken/over' }), isLast: true },
  ],
  ['GET /download/{filename}', (of) => `/download/${of.filename}`],
  ['GET /documents/{id}', (of) => `/documents/${of.document}`],
  ['GET /templates/{id}', (of) => `/templates/${of.template}`],
  ['GET /templates/{id}/file', (of) => `/templates/${of.template}/file`],
  [
    'PATCH /api/link-tracking/links/{id}',
    (of) => `/api/link-tracking/links/${of.tracking}`,
    { body: () => ({ fallback_url: 'https://taken.example/' }), isLast: true },
  ],
  [
    'POST /api/link-tracking/deactivate/{id}',
    (of) => `/api/link-tracking/deactivate/${of.tracking}`,
    { isLast: true },
  ],
  [
    'POST /api/link-tracking/reactivate/{id}',
    (of) => `/api/link-tracking/reactivate/${of.tracking}`,
    { isLast: true },
  ],
  [
    'DELETE /api/bookings/{id}/attribution',
    (of) => `/api/bookings/${of.booking}/attribution`,
    { isLast: true },
  ],
  ['DELETE /documents/{id}', (of) => `/documents/${of.document}`, { isLast: true }],
  ['DELETE /templates/{id}', (of) => `/templates/${of.template}`, { isLast: true }],
  ['DELETE /api/webhooks/{id}', (of) => `/api/webhooks/${of.webhook}`, { isLast: true }],
  ['DELETE /api/candidates/{user_id}', (of) => `/api/candidates/${of.user}`, { isLast: true }],
];

/** Bodies and filters that name another's user or things. */
const NAMED: Row[] = [
  {
    call: 'POST /api/link-tracking/create',
    outcome: 'nothing',
    how: 'in the other’s name',
    path: () => '/api/link-tracking/create',
    body: (of) => ({ ...URLS, user_id: of.user }),
  },
  {
    call: 'POST /api/link-tracking/create',
    outcome: 'own',
    how: 'for a job and an application of the other’s',
    path: () => '/api/link-tracking/create',
    body: (of) => ({ ...URLS, job_id: `${of.job}-2`, application_id: `${of.application}-2` }),
  },
  {
    call: 'POST /api/link-tracking/application/create-links',
    outcome: 'own',
    how: 'for a job and an application of the other’s',
    path: () => '/api/link-tracking/application/create-links',
    body: (of) => ({
      job_id: `${of.job}-2`,
      application_id: `${of.application}-2`,
      job_data: { apply_url: URLS.original_url },
    }),
  },
  {
    call: 'GET /api/link-tracking/links',
    outcome: 'own',
    how: 'of the other’s job',
    path: (of) => `/api/link-tracking/links?job_id=${of.job}`,
  },
  {
    call: 'GET /api/link-tracking/links',
    outcome: 'own',
    how: 'of the other’s application',
    path: (of) => `/api/link-tracking/links?application_id=${of.application}`,
  },
  {
    call: 'GET /api/link-tracking/links.csv',
    outcome: 'own',
    how: 'of the other’s job',
    path: (of) => `/api/link-tracking/links.csv?job_id=${of.job}`,
  },
  {
    call: 'GET /api/link-tracking/links.csv',
    outcome: 'own',
    how: 'everything',
    path: () => '/api/link-tracking/links.csv',
  },
  {
    call: 'GET /api/link-tracking/job/{job_id}/links',
    outcome: 'own',
    how: 'the other’s job',
    path: (of) => `/api/link-tracking/job/${of.job}/links`,
  },
  {
    call: 'GET /api/link-tracking/application/{id}/links',
    outcome: 'own',
    how: 'the other’s application',
    path: (of) => `/api/link-tracking/application/${of.application}/links`,
  },
  {
    call: 'POST /api/link-tracking/deactivate',
    outcome: 'own',
    how: 'all of the other’s job',
    path: () => '/api/link-tracking/deactivate',
    body: (of) => ({ job_id: of.job }),
  },
  {
    call: 'POST /api/link-tracking/reactivate',
    outcome: 'own',
    how: 'all of the other’s application',
    path: () => '/api/link-tracking/reactivate',
    body: (of) => ({ application_id: of.application }),
  },
  {
    call: 'GET /api/clicks.csv',
    outcome: 'own',
    how: 'the other’s link',
    path: (of) => `/api/clicks.csv?tracking_id=${of.tracking}`,
  },
  {
    call: 'GET /api/clicks/stream',
    outcome: 'nothing',
    how: 'the other’s user_id',
    path: (of) => `/api/clicks/stream?user_id=${of.user}`,
    ownerMay: false,
  },
  {
    call: 'GET /api/applications/{id}',
    outcome: 'nothing',
    how: 'with the other’s user_id',
    path: (of) => `/api/applications/${of.application}?user_id=${of.user}`,
  },
  {
    call: 'PUT /api/applications/{id}',
    outcome: 'nothing',
    how: 'with the other’s user_id',
    path: (of) => `/api/applications/${of.application}?user_id=${of.user}`,
    body: () => ({ company: 'Taken over' }),
    isLast: true,
  },
  {
    call: 'PUT /api/applications/{id}',
    outcome: 'own',
    how: 'one of its own by the same id',
    path: (of) => `/api/applications/${of.application}`,
    body: (of) => ({ job_id: of.job, company: 'Harbour & Pine' }),
    isLast: true,
  },
  {
    call: 'GET /api/bookings',
    outcome: 'own',
    how: 'of the other’s link',
    path: (of) => `/api/bookings?tracking_id=${of.tracking}`,
  },
  {
    call: 'POST /api/webhooks',
    outcome: 'nothing',
    how: 'in the other’s name',
    path: () => '/api/webhooks',
    body: (of) => ({ url: 'https://hooks.example.com/a', types: ['click.human'], user_id: of.user }),
  },
  {
    call: 'POST /api/privacy/erasures',
    outcome: 'nothing',
    how: 'of the other',
    path: () => '/api/privacy/erasures',
    body: (of) => ({ user_id: of.user }),
    isLast: true,
  },
  {
    call: 'POST /api/privacy/erasures',
    outcome: 'nothing',
    how: 'of the other’s application',
    path: () => '/api/privacy/erasures',
    body: (of) => ({ user_id: of.user, application_id: of.application }),
    isLast: true,
  },
  {
    call: 'POST /api/privacy/erasures',
    outcome: 'nothing',
    how: 'of a visitor, who may have been another’s',
    path: () => '/api/privacy/erasures',
    body: () => ({ ip_address: '127.0.0.1' }),
    ownerMay: false,
  },
  {
    call: 'POST /api/privacy/anonymize',
    outcome: 'nothing',
    how: 'the other’s clicks',
    path: () => '/api/privacy/anonymize',
    body: (of) => ({ user_id: of.user, older_than_days: 1 }),
  },
  {
    call: 'POST /api/privacy/anonymize',
    outcome: 'own',
    how: 'everybody’s clicks',
    path: () => '/api/privacy/anonymize',
    body: () => ({ older_than_days: 1 }),
  },
  {
    call: 'GET /api/privacy/erasures',
    outcome: 'own',
    how: 'everything',
    path: () => '/api/privacy/erasures',
  },
  {
    call: 'POST /api/own-clicks',
    outcome: 'nothing',
    how: 'a browser of the other’s',
    path: () => '/api/own-clicks',
    body: (of) => ({ user_id: of.user }),
  },
  { call: 'DELETE /api/own-clicks', outcome: 'own', how: 'its own browser', path: () => '/api/own-clicks' },
  {
    call: 'POST /resume',
    outcome: 'nothing',
    how: 'in the other’s name',
    path: () => '/resume',
    body: (of) => ({ personal: { full_name: 'Alice' }, user_id: of.user }),
  },
  {
    call: 'POST /resume',
    outcome: 'nothing',
    how: 'with the other’s template',
    path: () => '/resume',
    body: (of) => ({ personal: { full_name: 'Alice' }, template_id: of.template }),
  },
  {
    call: 'POST /cover-letter',
    outcome: 'nothing',
    how: 'in the other’s name',
    path: () => '/cover-letter',
    body: (of) => ({
      personal: { full_name: 'Alice' },
      user_id: of.user,
      content: { opening_paragraph: 'Hello' },
    }),
  },
  {
    call: 'POST /cover-letter',
    outcome: 'nothing',
    how: 'with the other’s template',
    path: () => '/cover-letter',
    body: (of) => ({
      personal: { full_name: 'Alice' },
      template_id: of.template,
      content: { opening_paragraph: 'Hello' },
    }),
  },
  {
    call: 'POST /templates',
    outcome: 'nothing',
    how: 'in the other’s name',
    path: () => '/templates',
    body: (of) => {
      const form = new FormData();
      form.set('user_id', of.user);
      form.set('file', new Blob(['no template']), 'letter.docx');
      return form;
    },
    ownerMay: false,
  },
  { call: 'GET /templates', outcome: 'own', how: 'everything', path: () => '/templates' },
  {
    call: 'PUT /api/candidates/{user_id}/templates',
    outcome: 'nothing',
    how: 'the other’s template for oneself',
    path: () => '/api/candidates/user_alice/templates',
    body: (of) => ({ resume: of.template }),
    ownerMay: false,
  },
];

const CLICK = (of: World) => ({ tracking_id: of.tracking, clicked_at: '2026-01-31T18:00:00Z' });

/** Calls that take no user's key, whoever is named. */
const SERVICES: Row[] = [
  { call: 'GET /api/bookings/deliveries', path: () => '/api/bookings/deliveries' },
  { call: 'POST /api/bookings/deliveries/{id}/retry', path: () => '/api/bookings/deliveries/1/retry' },
  { call: 'POST /api/privacy/erasures/replay', path: () => '/api/privacy/erasures/replay' },
  {
    call: 'POST /api/link-tracking/record-click',
    path: () => '/api/link-tracking/record-click',
    body: CLICK,
  },
  {
    call: 'POST /api/tracking-ingest/batch',
    path: () => '/api/tracking-ingest/batch',
    body: (of: World) => ({ events: [CLICK(of)] }),
  },
  { call: 'GET /api/keys', path: () => '/api/keys' },
  {
    call: 'POST /api/keys',
    path: () => '/api/keys',
    body: (of: World) => ({ name: 'stolen', user_id: of.user }),
  },
  { call: 'GET /api/keys/{id}', path: (of: World) => `/api/keys/${of.key}` },
  {
    call: 'PATCH /api/keys/{id}',
    path: (of: World) => `/api/keys/${of.key}`,
    body: () => ({ name: 'taken' }),
  },
  { call: 'DELETE /api/keys/{id}', path: (of: World) => `/api/keys/${of.key}` },
  {
    call: 'POST /api/keys/{id}/rotate',
    path: (of: World) => `/api/keys/${of.key}/rotate`,
    body: () => ({ overlap_hours: 0 }),
  },
  { call: 'GET /api/audit', path: () => '/api/audit' },
].map((row) => ({
  outcome: 'services' as const,
  how: 'speaks of everybody',
  ownerMay: false as const,
  ...row,
}));

const PUBLIC: Row[] = [
  { call: 'GET /health/live', path: () => '/health/live' },
  { call: 'GET /health/ready', path: () => '/health/ready' },
  { call: 'GET /metrics', path: () => '/metrics' },
  { call: 'GET /api/link-tracking/health', path: () => '/api/link-tracking/health' },
  { call: 'GET /api/session', path: () => '/api/session' },
  { call: 'POST /api/session', path: () => '/api/session', body: () => ({ key: 'a guess' }) },
  { call: 'DELETE /api/session', path: () => '/api/session' },
  { call: 'GET /api/session/oidc/start', path: () => '/api/session/oidc/start' },
  { call: 'GET /api/session/oidc/callback', path: () => '/api/session/oidc/callback' },
  { call: 'POST /webhooks/calendly', path: () => '/webhooks/calendly', body: () => ({}) },
  { call: 'POST /webhooks/calcom', path: () => '/webhooks/calcom', body: () => ({}) },
  { call: 'POST /webhooks/savvycal', path: () => '/webhooks/savvycal', body: () => ({}) },
].map((row) => ({ outcome: 'public' as const, how: '', ownerMay: false as const, ...row }));

export const REST: readonly Row[] = [
  ...ANSWERS,
  ...THINGS.map(([call, path, more]): Row => ({ call, path, outcome: 'nothing', how: 'by its id', ...more })),
  ...NAMED,
  ...SERVICES,
  ...PUBLIC,
];
