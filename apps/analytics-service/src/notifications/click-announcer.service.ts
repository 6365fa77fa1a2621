import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ANALYTICS_DATABASE } from '../database.js';
import { markOpened, takeDueNotices } from './click-notices.query.js';
import { listFirstClicks, tellClick, tellOpening, toOpened } from './click-notifications.js';
import { notify } from './notify.query.js';

/** Clicks looked at by one transaction. */
const BATCH_CLICKS = 500;

/**
 * Tells of people's clicks, each once, as soon as it has settled: at arrival half of what scanners send looks like a
 * person's. A click that changes its class later is told of no more, and what was told is not taken back.
 */
@Injectable()
export class ClickAnnouncer {
  constructor(@Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource) {}

  /** Looks at every click whose time has come; safe beside other processes. Throws when the database is away. */
  async announceDue(now = new Date()): Promise<void> {
    while ((await this.announceBatch(now)) === BATCH_CLICKS);
  }

  /** Answers how many clicks were looked at. A click leaves the queue in the transaction that tells of it. */
  private announceBatch(now: Date): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      const due = await takeDueNotices(manager, { now, limit: BATCH_CLICKS });
      const human = due.filter((click) => click.class === 'human');
      if (human.length === 0) return due.length;
      const first = listFirstClicks(human);
      const opened = await markOpened(manager, [...first.values()].map(toOpened));
      await notify(manager, [
        ...human.map(tellClick),
        ...[...first].filter(([key]) => opened.has(key)).map(([, click]) => tellOpening(click)),
      ]);
      return due.length;
    });
  }
}
