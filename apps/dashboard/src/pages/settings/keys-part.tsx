import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { keysQuery } from '../../api/keys.js';
import { ApiError } from '../../api/request.js';
import { ErrorState, isMissing, LoadingRows } from '../../parts/states.js';
import { Surface } from '../../parts/surface.js';
import { AuditList } from './audit-list.js';
import { KeyCard } from './key-card.js';
import { NewKey } from './new-key.js';

/** Who gets in, and what was done by whom. */
export function KeysPart() {
  const { data, error, refetch, isPending } = useQuery(keysQuery);
  if (isMissing(error)) return <Text c="dimmed">This Footfall keeps no keys.</Text>;
  if (error instanceof ApiError && error.status === 403) {
    return <Text c="dimmed">Keys are kept by administrators. You are not logged in as one.</Text>;
  }
  if (error) return <ErrorState error={error} retry={refetch} />;
  if (isPending) return <LoadingRows rows={3} height={90} />;
  return (
    <Stack>
      <NewKey isFirst={data.length === 0} />
      {data.length === 0 && (
        <Surface>
          <Text c="dimmed">
            There is no key, so nobody is asked for one. Footfall then answers on this machine only.
          </Text>
        </Surface>
      )}
      {data.map((key) => (
        <KeyCard key={key.id} apiKey={key} />
      ))}
      <AuditList />
    </Stack>
  );
}
