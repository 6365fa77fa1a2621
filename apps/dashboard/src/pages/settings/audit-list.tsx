import { Button, Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { auditQuery } from '../../api/keys.js';
import { ErrorState, LoadingRows } from '../../parts/states.js';
import { Surface } from '../../parts/surface.js';
import { When } from '../../parts/when.js';
import { sayAction } from './key-words.js';

/** Who did what to keys and to what is held of people. */
export function AuditList() {
  const { data, error, refetch, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery(auditQuery);
  const entries = data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <Surface title="What was done" note="To keys and to what is held of people, newest first.">
      {isPending && <LoadingRows rows={3} height={28} />}
      {error && <ErrorState error={error} retry={refetch} />}
      {data && entries.length === 0 && <Text c="dimmed">Nothing yet.</Text>}
      <Stack gap={6}>
        {entries.map(({ id, occurred_at, ...entry }) => (
          <Group key={id} justify="space-between" gap="xs" wrap="nowrap" align="baseline">
            <Text size="sm">{sayAction(entry)}</Text>
            <Text size="sm" c="dimmed" ta="right">
              <When at={occurred_at} />
            </Text>
          </Group>
        ))}
      </Stack>
      {hasNextPage && (
        <Group>
          <Button
            size="xs"
            variant="default"
            loading={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            Show more
          </Button>
        </Group>
      )}
    </Surface>
  );
}
