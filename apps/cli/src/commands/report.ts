import type { CommandModule } from 'yargs';
import { type LinkPerformanceReport, LinkTracker } from '#client';
import { clientOptions, type GlobalOptions, list, show, table } from '../output.js';

export const report: CommandModule<GlobalOptions, GlobalOptions & { days: number }> = {
  command: 'report',
  describe: 'What was clicked in the last days',
  builder: (yargs) =>
    yargs.option('days', { type: 'number', default: 30, describe: 'How many, today included' }),
  handler: async (options) => {
    const tracker = new LinkTracker(clientOptions(options));
    show(options, await tracker.getLinkPerformanceReport({ days: options.days }), drawReport);
  },
};

function drawReport({
  report_period,
  overall_statistics,
  function_performance,
}: LinkPerformanceReport): string {
  const totals = list([
    ['period', `${report_period.start_date.slice(0, 10)} to ${report_period.end_date.slice(0, 10)}`],
    ['links', overall_statistics.total_links],
    ['clicks', overall_statistics.total_clicks],
    ['of people', overall_statistics.human_clicks],
  ]);
  const functions = table(
    ['function', 'links', 'clicks', 'of people', 'clicks a link'],
    function_performance.map((row) => [
      row.link_function,
      row.link_count,
      row.total_clicks,
      row.human_clicks,
      row.avg_clicks_per_link,
    ]),
    'There are no links yet.',
  );
  return `${totals}\n\n${functions}`;
}
