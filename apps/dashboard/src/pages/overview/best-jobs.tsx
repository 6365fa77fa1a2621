import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { jobsQuery } from '../../api/insights.js';
import { BarList } from '../../parts/bar-list.js';
import { LoadingRows } from '../../parts/states.js';
import { Surface } from '../../parts/surface.js';
import { nameApplication } from '../../words/applications.js';
import { sayMany, sayShare } from '../../words/numbers.js';

/** Which jobs drew most people. */
export function BestJobs({ days }: { days: number }) {
  const { data, error, isPending } = useQuery(jobsQuery(days));
  if (error) return null;
  const jobs = data ?? [];
  const most = Math.max(1, ...jobs.map(({ people }) => people));
  return (
    <Surface title="Jobs" note="People who came, told apart day by day.">
      {isPending && <LoadingRows rows={3} height={32} />}
      {data && jobs.length === 0 && <Text c="dimmed">Nothing was sent in this time.</Text>}
      <BarList
        rows={jobs.map(({ job_id, title, company, people, applications, opened, before }) => ({
          key: job_id,
          name: nameApplication({ application_id: job_id, title, company }),
          share: people / most,
          words: sayMany(people, 'person', 'people'),
          note: `opened ${sayShare(opened, applications)} · before: ${before ? sayMany(before.people, 'person', 'people') : 'nothing sent'}`,
        }))}
      />
    </Surface>
  );
}
