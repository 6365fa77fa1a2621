import { Group, Skeleton, Text, VisuallyHidden } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { Report } from '../../api/report.js';
import { Surface } from '../../parts/surface.js';
import { sayMany } from '../../words/numbers.js';
import { findTimeZone, sayDate } from '../../words/times.js';
import classes from './overview.module.css';

const ClicksChart = lazy(() => import('./clicks-chart.js'));

type Day = Report['daily_trends'][number];

/** People in colour, everything else behind them in grey. */
export function ClicksOverTime({ trends }: { trends: readonly Day[] }) {
  const [pointed, point] = useState<Day>();
  const whole = {
    human_clicks: trends.reduce((sum, day) => sum + day.human_clicks, 0),
    clicks: trends.reduce((sum, day) => sum + day.clicks, 0),
  };
  const { human_clicks, clicks } = pointed ?? whole;
  const others = clicks - human_clicks;
  return (
    <Surface
      title="Clicks over time"
      note={pointed ? sayDate(pointed.click_date) : `Days of ${findTimeZone()}.`}
    >
      <Group gap="lg">
        <Text size="sm" className={classes.key} data-kind="people">
          {sayMany(human_clicks, 'click')} by people
        </Text>
        <Text size="sm" c="dimmed" className={classes.key} data-kind="others">
          {sayMany(others, 'other')}: machines, uncertain, repeated
        </Text>
      </Group>
      <div className={classes.chart} aria-hidden>
        <Suspense fallback={<Skeleton height="100%" />}>
          <ClicksChart trends={trends} point={point} />
        </Suspense>
      </div>
      <DaysTable trends={trends} />
    </Surface>
  );
}

/** The same for who cannot see the picture. */
function DaysTable({ trends }: { trends: readonly Day[] }) {
  return (
    <VisuallyHidden>
      <table>
        <caption>Clicks by day</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col">By people</th>
            <th scope="col">In all</th>
          </tr>
        </thead>
        <tbody>
          {trends
            .filter(({ clicks }) => clicks > 0)
            .map(({ click_date, human_clicks, clicks }) => (
              <tr key={click_date}>
                <th scope="row">{sayDate(click_date)}</th>
                <td>{human_clicks}</td>
                <td>{clicks}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </VisuallyHidden>
  );
}
