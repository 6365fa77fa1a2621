import { Button, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { timelineQuery } from '../../api/applications.js';
import { ErrorState, isMissing, LoadingRows } from '../../parts/states.js';
import { Surface } from '../../parts/surface.js';
import classes from './application.module.css';
import { TimelineLine } from './timeline-line.js';

/** What came, when, as what it was judged, and why. */
export function Timeline({ id }: { id: string }) {
  const { data, error, refetch, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery(timelineQuery(id));
  if (isMissing(error)) return null;
  const entries = data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <Surface
      title="What happened"
      note="Newest first. Machines are listed too, with the reason why they count as such."
    >
      {isPending && <LoadingRows />}
      {error && <ErrorState error={error} retry={refetch} />}
      {data && entries.length === 0 && <Text c="dimmed">Nothing yet.</Text>}
      <ol className={classes.timeline}>
        {entries.map((entry) => (
          <li key={entry.id}>
            <TimelineLine entry={entry} />
          </li>
        ))}
      </ol>
      {hasNextPage && (
        <Button variant="subtle" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show earlier
        </Button>
      )}
    </Surface>
  );
}
