import { Group, Loader, SegmentedControl, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { type ApplicationFilter, applicationsCsv, applicationsQuery } from '../../api/applications.js';
import { DownloadButton } from '../../parts/download-button.js';
import { Page } from '../../parts/page.js';
import { ErrorState, isMissing, LoadingRows } from '../../parts/states.js';
import { sayMany } from '../../words/numbers.js';
import { ApplicationTable } from './application-table.js';
import { NoApplications } from './no-applications.js';

const REACHED = [
  { value: 'all', label: 'All' },
  { value: 'opened', label: 'Opened' },
  { value: 'booked', label: 'Booked' },
];

/** Everything that was sent, and how far each has come. */
export function ApplicationsPage() {
  const [filter, setFilter] = useState<ApplicationFilter>({
    q: '',
    sort: 'sent',
    order: 'desc',
    reached: 'all',
  });
  const [q] = useDebouncedValue(filter.q, 200);
  const {
    data,
    error,
    refetch,
    isPending,
    isPlaceholderData,
    hasNextPage,
    isFetchingNextPage,
    fetchNextPage,
  } = useInfiniteQuery(applicationsQuery({ ...filter, q }));
  const applications = useMemo(() => data?.pages.flatMap((page) => page.applications) ?? [], [data]);
  const total = data?.pages[0]?.total ?? 0;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const isNarrowed = q !== '' || filter.reached !== 'all';

  return (
    <Page
      title="Applications"
      lead="What you sent, whether a person opened it, and what came of it."
      actions={
        <DownloadButton size="sm" href={applicationsCsv({ ...filter, q })} filename="applications.csv">
          CSV
        </DownloadButton>
      }
    >
      <Group gap="sm" align="flex-end">
        <TextInput
          type="search"
          aria-label="Search applications"
          placeholder="Company, title or job board"
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={isPlaceholderData && <Loader size={16} />}
          value={filter.q}
          onChange={(event) => setFilter({ ...filter, q: event.currentTarget.value })}
          flex={1}
          miw={180}
        />
        <SegmentedControl
          aria-label="How far they have come"
          data={REACHED}
          value={filter.reached}
          onChange={(reached) => setFilter({ ...filter, reached: reached as ApplicationFilter['reached'] })}
        />
      </Group>
      {isPending && <LoadingRows rows={8} height={56} />}
      {error && !isMissing(error) && <ErrorState error={error} retry={refetch} />}
      {(isMissing(error) || (data && total === 0)) && <NoApplications isNarrowed={isNarrowed} />}
      {total > 0 && (
        <>
          <Text size="sm" c="dimmed" role="status">
            {sayMany(total, 'application')}
          </Text>
          <ApplicationTable
            applications={applications}
            total={total}
            filter={filter}
            setFilter={setFilter}
            loadMore={loadMore}
          />
        </>
      )}
    </Page>
  );
}
