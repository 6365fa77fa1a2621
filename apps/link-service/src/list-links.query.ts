import type { DataSource } from 'typeorm';
import { writeRecord } from '#platform';
import type { LinkServiceConfig } from './config.js';
import { LinkEntity } from './link.entity.js';
import { rowToAnswer } from './link-answer.js';
import type { LinkCursor } from './links.schemas.js';

export interface LinkFilter {
  /** Undefined: links of every user. */
  ownerId: string | undefined;
  jobId?: string | undefined;
  applicationId?: string | undefined;
  /** Whether it leads to its page: is active and has not expired. */
  isActive?: boolean | undefined;
  after?: LinkCursor | undefined;
  pageSize: number;
}

export interface LinkPage {
  links: LinkEntity[];
  /** Where the next page goes on; absent on the last. */
  next?: LinkCursor | undefined;
}

const EXPORT_COLUMNS = [
  'tracking_id',
  'link_function',
  'link_type',
  'original_url',
  'redirect_url',
  'user_id',
  'job_id',
  'application_id',
  'description',
  'is_active',
  'expires_at',
  'fallback_url',
  'destination',
  'created_at',
] as const;
/** Rows of an export read at once. */
const EXPORT_ROWS = 1_000;

/** As isLinkOn says it of a link. */
const IS_ON = '(l.isActive AND (l.expiresAt IS NULL OR l.expiresAt > now()))';

/** Links newest first. Pages go on after a row, not at a number, so links minted meanwhile shift nothing. */
export async function listLinks(dataSource: DataSource, filter: LinkFilter): Promise<LinkPage> {
  const query = dataSource
    .getRepository(LinkEntity)
    .createQueryBuilder('l')
    .orderBy('l.createdAt', 'DESC')
    .addOrderBy('l.trackingId', 'DESC')
    .limit(filter.pageSize + 1);
  if (filter.ownerId !== undefined) query.andWhere('l.userId = :ownerId', { ownerId: filter.ownerId });
  if (filter.jobId !== undefined) query.andWhere('l.jobId = :jobId', { jobId: filter.jobId });
  if (filter.applicationId !== undefined) {
    query.andWhere('l.applicationId = :applicationId', { applicationId: filter.applicationId });
  }
  if (filter.isActive !== undefined) query.andWhere(filter.isActive ? IS_ON : `NOT ${IS_ON}`);
  if (filter.after) query.andWhere('(l.createdAt, l.trackingId) < (:createdAt, :trackingId)', filter.after);

  const rows = await query.getMany();
  const links = rows.slice(0, filter.pageSize);
  return { links, next: rows.length > filter.pageSize ? links.at(-1) : undefined };
}

/** All links that fit, as CSV, a page at a time. */
export async function* exportLinks(
  dataSource: DataSource,
  filter: Omit<LinkFilter, 'pageSize'>,
  config: LinkServiceConfig,
): AsyncGenerator<string> {
  yield writeRecord(EXPORT_COLUMNS);
  for (let after = filter.after; ; ) {
    const { links, next } = await listLinks(dataSource, { ...filter, after, pageSize: EXPORT_ROWS });
    const answers = links.map((row) => rowToAnswer(row, config));
    yield answers.map((link) => writeRecord(EXPORT_COLUMNS.map((column) => link[column]))).join('');
    if (!next) return;
    after = next;
  }
}
