import { SegmentedControl, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { useState } from 'react';
import { anyLinkQuery } from '../../api/links.js';
import { reportQuery } from '../../api/report.js';
import { Page } from '../../parts/page.js';
import { ErrorState, LoadingRows } from '../../parts/states.js';
import { sayFunction } from '../../words/clicks.js';
import { BestApplications } from './best-applications.js';
import { BestJobs } from './best-jobs.js';
import { ClicksOverTime } from './clicks-over-time.js';
import { FunnelFigures } from './funnel-figures.js';
import { FunnelGroups } from './funnel-groups.js';
import { Sources } from './sources.js';

const PERIODS = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
];

/** What came of it, at a glance. */
export function OverviewPage() {
  const [days, setDays] = useState('30');
  const any = useQuery(anyLinkQuery);
  const report = useQuery(reportQuery(Number(days)));

  if (any.data === false && !any.isFetching) return <Navigate to="/app/start" replace />;
  return (
    <Page
      title="Overview"
      lead="Which applications drew a person, and what came of it."
      actions={
        <SegmentedControl value={days} onChange={setDays} data={PERIODS} aria-label="Period" size="sm" />
      }
    >
      <FunnelFigures days={Number(days)} />
      {report.isPending && <LoadingRows rows={1} height={260} />}
      {report.error && <ErrorState error={report.error} retry={report.refetch} />}
      {report.data && <ClicksOverTime days={Number(days)} trends={report.data.daily_trends} />}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <BestApplications />
        <BestJobs days={Number(days)} />
        <FunnelGroups days={Number(days)} groupBy="function" title="Kinds of links" nameOf={sayFunction} />
        <Sources days={Number(days)} />
        <FunnelGroups days={Number(days)} groupBy="job_board" title="Job boards" />
        <FunnelGroups days={Number(days)} groupBy="company" title="Companies" />
      </SimpleGrid>
    </Page>
  );
}
