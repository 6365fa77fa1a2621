import { applicationKey, type NoticedClick, type OpenedApplication } from './click-notices.query.js';
import type { Notification } from './notification.js';

/** A click of an application. */
type ApplicationClick = NoticedClick & { application_id: string };

/** The first of these clicks of each application; the clicks come in order of time. */
export function listFirstClicks(clicks: readonly NoticedClick[]): Map<string, ApplicationClick> {
  const first = new Map<string, ApplicationClick>();
  for (const click of clicks) {
    if (!hasApplication(click)) continue;
    const key = applicationKey(click.user_id, click.application_id);
    if (!first.has(key)) first.set(key, click);
  }
  return first;
}

export function toOpened({ user_id, application_id, clicked_at }: ApplicationClick): OpenedApplication {
  return { userId: user_id, applicationId: application_id, clickedAt: clicked_at };
}

function hasApplication(click: NoticedClick): click is ApplicationClick {
  return click.application_id !== null;
}

export function tellClick(click: NoticedClick): Notification {
  return {
    id: `click.human ${click.click_id}`,
    type: 'click.human',
    ...whose(click),
    summary: `A person clicked ${click.link_function}${forWhat(click)}.`,
    data: {
      ...describeClick(click),
      clicked_at: click.clicked_at.toISOString(),
      click_source: click.click_source,
      device: click.device,
      country: click.country,
    },
  };
}

export function tellOpening(click: ApplicationClick): Notification {
  return {
    id: `application.opened ${applicationKey(click.user_id, click.application_id)}`,
    type: 'application.opened',
    ...whose(click),
    summary: `A person opened your application${forWhat(click)}.`,
    data: { ...describeClick(click), opened_at: click.clicked_at.toISOString() },
  };
}

function whose({ user_id, application_id, clicked_at }: NoticedClick) {
  return { userId: user_id, applicationId: application_id ?? undefined, occurredAt: clicked_at };
}

function describeClick(click: NoticedClick) {
  const { user_id, application_id, job_id, company, title, job_board } = click;
  const { click_id, tracking_id, link_function } = click;
  return {
    user_id,
    application_id,
    job_id,
    company,
    title,
    job_board,
    click_id,
    tracking_id,
    link_function,
  };
}

/** ` for Marketing Manager at Tech Corp`, as far as it is known. */
function forWhat({ title, company, application_id }: NoticedClick): string {
  if (title) return ` for ${title}${company ? ` at ${company}` : ''}`;
  if (company) return ` at ${company}`;
  return application_id ? ` (${application_id})` : '';
}
