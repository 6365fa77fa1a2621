import { SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Funnel, funnelQuery } from '../../api/insights.js';
import { Figure } from '../../parts/figure.js';
import { ErrorState, isMissing, LoadingRows } from '../../parts/states.js';
import { sayCount, sayHours, sayInterval, sayShare } from '../../words/numbers.js';

/** Sent → opened by a person → booked, with the period before. */
export function FunnelFigures({ days }: { days: number }) {
  const { data, error, refetch, isPending } = useQuery(funnelQuery(days, 'job_board'));
  if (isPending) return <LoadingRows rows={1} height={110} />;
  if (isMissing(error)) return null;
  if (error) return <ErrorState error={error} retry={refetch} />;
  const { total, before } = data;
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }} spacing={{ base: 'xs', sm: 'md' }}>
      <Figure label="Applications sent" note={`${sayCount(before?.sent ?? 0)} in the ${days} days before`}>
        {sayCount(total.sent)}
      </Figure>
      <Stage label="Opened by a person" stage="opened" total={total} before={before} />
      <Stage label="Booked a meeting" stage="booked" total={total} before={before} />
    </SimpleGrid>
  );
}

interface StageProps {
  label: string;
  stage: 'opened' | 'booked';
  total: Funnel;
  before: Funnel | undefined;
}

const MEDIANS = { opened: 'sent_to_opened', booked: 'opened_to_booked' } as const;

/** How many came so far: as a share, with how sure that is, how long it took, and what it was before. */
function Stage({ label, stage, total, before }: StageProps) {
  const { hours } = total.median_hours[MEDIANS[stage]];
  const notes = [
    sayInterval(total.rates[stage]),
    hours !== null && `half of them within ${sayHours(hours)}`,
    before !== undefined && before.sent > 0 && `before: ${sayShare(before[stage], before.sent)}`,
  ];
  return (
    <Figure label={label} note={notes.filter(Boolean).join(' · ')}>
      {total.sent === 0 ? '–' : sayShare(total[stage], total.sent)}
    </Figure>
  );
}
