import { Group, Skeleton, Text, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { sourcesQuery } from '../../api/insights.js';
import type { Report } from '../../api/report.js';
import { Surface } from '../../parts/surface.js';
import { sayMany } from '../../words/numbers.js';
import { findTimeZone, sayDate } from '../../words/times.js';
import classes from './overview.module.css';

const ClicksChart = lazy(() => import('./clicks-chart.js'));

type Day = Report['daily_trends'][number];

/** People in colour, everything else behind them in grey. */
export function ClicksOverTime({ days, trends }: { days: number; trends: readonly Day[] }) {
  const [pointed, point] = useState<Day>();
  const before = useQuery(sourcesQuery(days)).data?.before;
  const whole = {
    human_clicks: trends.reduce((sum, day) => sum + day.human_clicks, 0),
    clicks: trends.reduce((sum, day) => sum + day.clicks, 0),
  };
  const { human_clicks, clicks } = pointed ?? whole;
  const others = clicks - human_clicks;
  return (
    <Surface
      title="Clicks over time"
      note={
        pointed
          ? sayDate(pointed.click_date)
          : [`Days of ${findTimeZone()}.`, sayBefore(days, before)].join(' ')
      }
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

interface Before {
  human_clicks: number;
  total_clicks: number;
}

function sayBefore(days: number, before: Before | undefined): string {
  if (!before) return '';
  const { human_clicks, total_clicks } = before;
  return `In the ${days} days before: ${sayMany(human_clicks, 'click')} by people, ${sayMany(total_clicks - human_clicks, 'other')}.`;
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
