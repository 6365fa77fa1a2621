import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { analyticsV1, type Link } from '#contracts';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { sampleClick, sampleLink } from '../../test/sample-events.js';
import { ClickRecordedConsumer } from '../consumers/click-recorded.consumer.js';
import { DocumentGeneratedProjector } from '../consumers/document-generated.projector.js';
import { LinkChangedProjector } from '../consumers/link-changed.projector.js';

let service: Awaited<ReturnType<typeof runAnalyticsService>>;
let clicks: ClickRecordedConsumer;
let links: LinkChangedProjector;

beforeAll(async () => {
  service = await runAnalyticsService();
  clicks = service.app.get(ClickRecordedConsumer);
  links = service.app.get(LinkChangedProjector);
});
afterAll(() => service.stop());
beforeEach(async () => {
  service.links.isDown = false;
  service.links.links.clear();
  await service.truncate(
    'link_clicks, link_counters, link_days, unique_sessions, session_counters, activity, source_activity, settling, flagged_networks, links, applications',
  );
});

async function get(path: string) {
  const response = await service.app.inject({ method: 'GET', url: `/api/link-tracking/${path}` });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
}

function hoursAgo(hours: number): string {
  return new Date(Date.now() - hours * 3_600_000).toISOString();
}

function daysAgo(days: number): string {
  return hoursAgo(days * 24);
}

const linkedIn = { tracking_id: 'lt_linkedin_abc123', link_function: 'LinkedIn' };

describe('analytics of a link', () => {
  it('answers the link, its statistics and its newest clicks', async () => {
    await links.handle([sampleLink({ description: 'in the resume' })]);
    await clicks.handle([
      sampleClick({ occurred_at: hoursAgo(30) }),
      sampleClick({ occurred_at: hoursAgo(2), referrer: 'https://www.linkedin.com/' }),
      sampleClick({ occurred_at: hoursAgo(1), user_agent: 'curl/8.5.0' }),
      sampleClick({ occurred_at: daysAgo(8) }),
      sampleClick({ answer: 'probe' }),
    ]);
    const { status, body } = await get('analytics/lt_calendly_abc123');
    expect(status).toBe(200);
    expect(body.link_info).toMatchObject({
      tracking_id: 'lt_calendly_abc123',
      original_url: 'https://calendly.com/jordan-avery/30min',
      link_function: 'Calendly',
      link_type: 'external',
      job_id: 'job-1',
      application_id: 'app-1',
      is_active: true,
      created_at: '2024-01-01T00:00:00.000Z',
      description: 'in the resume',
    });
    expect(body.click_statistics).toMatchObject({
      total_clicks: 4,
      human_clicks: 3,
      machine_clicks: 1,
      suspected_clicks: 0,
      other_hits: 1,
      clicks_24h: 2,
      clicks_7d: 3,
    });
    expect(body.click_timeline).toHaveLength(4);
    expect(body.click_timeline[0]).toMatchObject({ class: 'machine', reasons: ['isbot'] });
    expect(body.click_timeline[1]).toMatchObject({
      click_source: 'linkedin',
      class: 'human',
      ip_address: '203.0.113.7',
      device: 'desktop',
      country: null,
    });
    expect(body.click_timeline[1].clicked_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('counts the last 24 hours and 7 days to the second', async () => {
    await links.handle([sampleLink()]);
    const seconds = 5 / 3_600;
    await clicks.handle(
      [24 - seconds, 24 + seconds, 168 - seconds, 168 + seconds].map((hours) =>
        sampleClick({ occurred_at: hoursAgo(hours) }),
      ),
    );
    const { body } = await get('analytics/lt_calendly_abc123');
    expect(body.click_statistics).toMatchObject({ clicks_24h: 1, clicks_7d: 3, total_clicks: 4 });
  });

  it('answers zeros for a link that only link-service knows yet', async () => {
    service.links.links.set('lt_fresh_1', freshLink('lt_fresh_1'));
    const { status, body } = await get('analytics/lt_fresh_1');
    expect(status).toBe(200);
    expect(body.link_info).toMatchObject({ tracking_id: 'lt_fresh_1', original_url: 'https://example.org/' });
    expect(body.click_statistics).toEqual({
      own_clicks: 0,
      duplicate_clicks: 0,
      inferred_opens: 0,
      total_clicks: 0,
      human_clicks: 0,
      machine_clicks: 0,
      suspected_clicks: 0,
      other_hits: 0,
      unique_sessions: 0,
      first_click: null,
      last_click: null,
      clicks_24h: 0,
      clicks_7d: 0,
    });
    expect(body.click_timeline).toEqual([]);
  });

  it.each([
    'lt_nobody_knows',
    'nonsense',
    'lt_%00',
    "lt_'%3BDROP%20TABLE%20links--",
    'lt_x%0A',
    `lt_${'a'.repeat(300)}`,
  ])('answers 404 for %s', async (trackingId) => {
    const { status, body } = await get(`analytics/${trackingId}`);
    expect([status, body]).toEqual([
      404,
      {
        success: false,
        error: 'Tracking ID not found',
        code: 'tracking_id_not_found',
        details: [],
        request_id: expect.any(String),
      },
    ]);
  });

  it('says to try again when nobody can tell whether the link exists, and answers what clicks told of it', async () => {
    service.links.isDown = true;
    const unknown = await get('analytics/lt_nobody_knows');
    expect([unknown.status, unknown.headers['retry-after']]).toEqual([503, '2']);
    await clicks.handle([sampleClick()]);
    const { status, body } = await get('analytics/lt_calendly_abc123');
    expect([status, body.click_statistics.total_clicks, body.link_info.job_id]).toEqual([200, 1, 'job-1']);
  });

  it('keeps the newest revision of a link, in whatever order changes arrive', async () => {
    const [first, second] = [sampleLink(), sampleLink({ is_active: false })];
    await links.handle([second, first]);
    await links.handle([first]);
    expect((await get('analytics/lt_calendly_abc123')).body.link_info.is_active).toBe(false);
  });
});

describe('a job’s links', () => {
  it('sums by function and counts a visitor of two functions once', async () => {
    await links.handle([
      sampleLink(),
      sampleLink(linkedIn),
      sampleLink({ tracking_id: 'lt_calendly_second' }),
    ]);
    await clicks.handle([
      sampleClick(),
      sampleClick({ tracking_id: 'lt_calendly_second' }),
      sampleClick({ ...linkedIn, ip: '203.0.113.9' }),
      sampleClick(linkedIn),
    ]);
    const { body } = await get('job/job-1/links');
    expect(body).toMatchObject({ job_id: 'job-1', total_links: 3, total_clicks: 4, unique_sessions: 2 });
    expect(body.link_functions).toEqual([
      expect.objectContaining({
        link_function: 'Calendly',
        link_type: 'external',
        link_count: 2,
        total_clicks: 2,
        human_clicks: 2,
        unique_sessions: 1,
      }),
      expect.objectContaining({
        link_function: 'LinkedIn',
        link_count: 1,
        total_clicks: 2,
        unique_sessions: 2,
      }),
    ]);
    expect(body.Calendly).toMatchObject({ click_count: 2, unique_sessions: 1 });
    expect(body.LinkedIn.click_count).toBe(2);
  });

  it('does not let a function’s name replace a field of the answer', async () => {
    await links.handle([sampleLink({ link_function: 'total_clicks' })]);
    await clicks.handle([sampleClick({ link_function: 'total_clicks' })]);
    expect((await get('job/job-1/links')).body.total_clicks).toBe(1);
  });

  it('counts clicks of links that have not been announced yet', async () => {
    await clicks.handle([sampleClick()]);
    expect((await get('job/job-1/links')).body.Calendly).toMatchObject({ click_count: 1, link_count: 1 });
  });

  it('answers zeros for a job without links', async () => {
    expect((await get('job/never-heard-of/links')).body).toEqual({
      job_id: 'never-heard-of',
      link_functions: [],
      total_links: 0,
      total_clicks: 0,
      human_clicks: 0,
      unique_sessions: 0,
    });
  });
});

describe('an application’s links', () => {
  it('lists each link with its clicks, and what documents told of the application', async () => {
    await links.handle([sampleLink({ description: 'header' }), sampleLink(linkedIn)]);
    await clicks.handle([sampleClick(), sampleClick()]);
    await service.app.get(DocumentGeneratedProjector).handle([
      {
        event_id: '0190a3a0-0000-7000-8000-000000000001',
        occurred_at: new Date().toISOString(),
        document_id: '0190a3a0-0000-7000-8000-000000000002',
        kind: 'resume',
        user_id: 'jordan_avery',
        application_id: 'app-1',
        position: 'Marketing Manager',
        tracking_ids: [],
      },
      {
        event_id: '0190a3a0-0000-7000-8000-000000000003',
        occurred_at: new Date().toISOString(),
        document_id: '0190a3a0-0000-7000-8000-000000000004',
        kind: 'cover_letter',
        user_id: 'jordan_avery',
        application_id: 'app-1',
        company: 'Tech Corp',
        tracking_ids: [],
      },
    ]);
    const { body } = await get('application/app-1/links');
    expect(body).toMatchObject({
      application_id: 'app-1',
      company: 'Tech Corp',
      title: 'Marketing Manager',
      total_tracked_links: 2,
      total_clicks: 2,
    });
    expect(body.tracked_links[0]).toMatchObject({
      link_function: 'Calendly',
      tracking_id: 'lt_calendly_abc123',
      original_url: 'https://calendly.com/jordan-avery/30min',
      description: 'header',
      click_count: 2,
      human_clicks: 2,
    });
    expect(body.tracked_links[1]).toMatchObject({ click_count: 0, first_click: null, last_click: null });
  });

  it('answers zeros for an application without links', async () => {
    expect((await get('application/none/links')).body).toMatchObject({
      tracked_links: [],
      total_tracked_links: 0,
      total_clicks: 0,
    });
  });
});

describe('the report', () => {
  async function storeSample() {
    await links.handle([
      sampleLink(),
      sampleLink({ tracking_id: 'lt_calendly_2', job_id: 'job-2', application_id: 'app-2' }),
      sampleLink({ tracking_id: 'lt_calendly_3', job_id: 'job-2', application_id: undefined }),
      sampleLink({ ...linkedIn, job_id: undefined }),
    ]);
    await clicks.handle([
      sampleClick(),
      sampleClick({ occurred_at: daysAgo(2) }),
      sampleClick({ occurred_at: daysAgo(2), user_agent: 'curl/8.5.0' }),
      sampleClick({ ...linkedIn, occurred_at: daysAgo(6) }),
      sampleClick({ occurred_at: daysAgo(8) }),
      sampleClick({ answer: 'prefetch' }),
    ]);
  }

  it('speaks of clicks in the period and divides by links, clicked or not', async () => {
    await storeSample();
    const { body } = await get('report?days=7');
    expect(body.report_period.days).toBe(7);
    expect(body.overall_statistics).toEqual({
      total_links: 4,
      jobs_with_links: 2,
      applications_with_links: 2,
      total_clicks: 4,
      human_clicks: 3,
    });
    expect(body.function_performance).toEqual([
      {
        link_function: 'Calendly',
        function: 'Calendly',
        link_count: 3,
        total_clicks: 3,
        human_clicks: 2,
        avg_clicks_per_link: 1,
      },
      {
        link_function: 'LinkedIn',
        function: 'LinkedIn',
        link_count: 1,
        total_clicks: 1,
        human_clicks: 1,
        avg_clicks_per_link: 1,
      },
    ]);
  });

  it('has a trend for every day of the period, also for days without clicks', async () => {
    await storeSample();
    const { body } = await get('report?days=7');
    const expected = [6, 5, 4, 3, 2, 1, 0].map((days) => daysAgo(days).slice(0, 10));
    expect(body.daily_trends.map((day: { click_date: string }) => day.click_date)).toEqual(expected);
    expect(body.daily_trends.map((day: { clicks: number }) => day.clicks)).toEqual([1, 0, 0, 0, 2, 0, 1]);
    expect(body.daily_trends[4]).toMatchObject({ clicks: 2, human_clicks: 1 });
  });

  it('takes 30 days when not told, and a single day', async () => {
    await storeSample();
    expect((await get('report')).body).toMatchObject({
      report_period: { days: 30 },
      overall_statistics: { total_clicks: 5 },
    });
    expect((await get('report?days=1')).body.daily_trends).toHaveLength(1);
    expect((await get('report?days=366')).body.daily_trends).toHaveLength(366);
  });

  it('answers zeros when there is nothing', async () => {
    expect((await get('report?days=2')).body).toMatchObject({
      overall_statistics: { total_links: 0, total_clicks: 0 },
      function_performance: [],
    });
  });
});

describe('bad questions', () => {
  it.each([
    'report?days=0',
    'report?days=367',
    'report?days=-1',
    'report?days=seven',
    'report?days=1e2',
    'report?days=7&days=8',
    'report?days=7.5',
    'report?days=',
    'job/white%20space/links',
    "job/x'--/links",
    `job/${'j'.repeat(101)}/links`,
    'application/a%00b/links',
    'application/%3Cscript%3E/links',
  ])('answers %s with 400 in the documented shape', async (path) => {
    const { status, body } = await get(path);
    expect([status, body]).toEqual([
      400,
      {
        success: false,
        error: expect.stringMatching(/must be/),
        code: 'invalid_request',
        details: expect.any(Array),
        request_id: expect.any(String),
      },
    ]);
  });
});

describe('health', () => {
  it('says what it is and what it checked', async () => {
    const { status, body } = await get('health');
    expect([status, body]).toEqual([
      200,
      {
        status: 'healthy',
        service: 'link_tracking_api',
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        checks: expect.objectContaining({ database_analytics: 'ok' }),
      },
    ]);
  });
});

describe('gRPC', () => {
  it('answers the same figures, and codes for what is wrong', async () => {
    await links.handle([sampleLink()]);
    await clicks.handle([sampleClick()]);
    const client = new analyticsV1.AnalyticsServiceClient(
      `127.0.0.1:${service.grpcPort}`,
      credentials.createInsecure(),
    );
    const call = <R>(run: (done: (error: { code: number } | null, response: R) => void) => void) =>
      new Promise<R>((resolve, reject) =>
        run((error, response) => (error ? reject(error) : resolve(response))),
      );
    const link = await call<analyticsV1.GetLinkAnalyticsResponse>((done) =>
      client.getLinkAnalytics({ trackingId: 'lt_calendly_abc123' }, done),
    );
    expect(link).toMatchObject({
      totalClicks: 1,
      humanClicks: 1,
      uniqueSessions: 1,
      firstClick: expect.any(Date),
    });
    const job = await call<analyticsV1.GetJobSummaryResponse>((done) =>
      client.getJobSummary({ jobId: 'job-1' }, done),
    );
    expect(job).toMatchObject({
      totalLinks: 1,
      linkFunctions: [{ linkFunction: 'Calendly', totalClicks: 1 }],
    });
    const application = await call<analyticsV1.GetApplicationSummaryResponse>((done) =>
      client.getApplicationSummary({ applicationId: 'app-1' }, done),
    );
    expect(application.trackedLinks[0]).toMatchObject({ clickCount: 1 });
    const report = await call<analyticsV1.GetReportResponse>((done) => client.getReport({ days: 0 }, done));
    expect(report).toMatchObject({ days: 30, totalClicks: 1 });
    expect(report.dailyTrends).toHaveLength(30);
    const filter = { from: '', to: '', days: 1, timezone: 'Asia/Tokyo', classes: ['machine'] };
    const machines = { ...filter, userId: '', jobId: '', linkFunction: '' };
    expect(
      await call<analyticsV1.GetReportResponse>((done) =>
        client.getReport({ days: 0, filter: machines }, done),
      ),
    ).toMatchObject({ days: 1, totalClicks: 0, totalLinks: 1 });
    await expect(
      call((done) => client.getReport({ days: 0, filter: { ...machines, timezone: 'Mars' } }, done)),
    ).rejects.toMatchObject({ code: 3, details: expect.stringMatching(/timezone/) });
    await expect(
      call((done) => client.getLinkAnalytics({ trackingId: 'lt_nobody_knows' }, done)),
    ).rejects.toMatchObject({ code: 5 });
    await expect(call((done) => client.getReport({ days: 400 }, done))).rejects.toMatchObject({ code: 3 });
    client.close();
  });
});

function freshLink(trackingId: string): Link {
  return {
    trackingId,
    userId: 'jordan_avery',
    linkFunction: 'Calendly',
    linkType: 'external',
    originalUrl: 'https://example.org/',
    redirectUrl: `http://localhost:5000/track/${trackingId}`,
    isActive: true,
    createdAt: new Date(),
    revision: 0,
  };
}
