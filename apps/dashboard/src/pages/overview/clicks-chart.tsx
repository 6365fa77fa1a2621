import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import type { Report } from '../../api/report.js';
import { sayDate } from '../../words/times.js';

const sayDay = (seconds: number) => sayDate(seconds * 1_000);

type Day = Report['daily_trends'][number];

interface Props {
  trends: readonly Day[];
  /** Told the day under the pointer, undefined when there is none. */
  point: (day: Day | undefined) => void;
}

/** In a file of its own: the chart library is loaded only where a chart is. */
export default function ClicksChart({ trends, point }: Props) {
  const { ref, width, height } = useElementSize();
  const host = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');

  useEffect(() => {
    if (!host.current || width === 0) return;
    const options = describeChart(host.current, width, height);
    const setCursor = ({ cursor: { idx } }: UPlot) => point(trends[idx ?? -1]);
    const chart = new UPlot({ ...options, hooks: { setCursor: [setCursor] } }, toData(trends), host.current);
    return () => chart.destroy();
  }, [trends, width, height, scheme, point]);

  return (
    <div ref={ref} style={{ height: '100%' }}>
      <div ref={host} />
    </div>
  );
}

/** People are drawn over all clicks, so that what is left to see of these are the others. */
function toData(trends: readonly Day[]): UPlot.AlignedData {
  return [
    trends.map(({ click_date }) => Date.parse(click_date) / 1_000),
    trends.map(({ clicks }) => clicks),
    trends.map(({ human_clicks }) => human_clicks),
  ];
}

const HALF_A_DAY_SECONDS = 43_200;

function describeChart(host: HTMLElement, width: number, height: number): UPlot.Options {
  const style = getComputedStyle(host);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: color('--mantine-color-dimmed'),
    font: '12px "Inter Variable", system-ui',
    ticks: { show: false },
  };
  const bars = UPlot.paths.bars?.({ size: [0.7, 26], radius: 0.15 });
  const grid = { show: false };
  return {
    width,
    height,
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1_000), 'Etc/UTC'),
    cursor: { drag: { x: false, y: false }, points: { show: false } },
    legend: { show: false },
    padding: [8, 8, 0, 0],
    scales: {
      x: { range: (_, from, to) => [from - HALF_A_DAY_SECONDS, to + HALF_A_DAY_SECONDS] },
      y: { range: (_, __, most) => [0, Math.max(4, Math.ceil(most * 1.1))] },
    },
    axes: [
      { ...axis, grid, space: 70, size: 28, values: (_, moments) => moments.map(sayDay) },
      {
        ...axis,
        size: 40,
        grid: { stroke: color('--footfall-line'), width: 1 },
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000, 10_000, 100_000, 1_000_000],
      },
    ],
    series: [
      {},
      { paths: bars, points: grid, fill: color('--footfall-machines'), width: 0 },
      { paths: bars, points: grid, fill: color('--footfall-people'), width: 0 },
    ],
  };
}
