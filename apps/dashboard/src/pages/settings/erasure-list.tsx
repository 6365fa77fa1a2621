import { Badge, Group, Loader, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Erasure, erasuresQuery } from '../../api/privacy.js';
import { ErrorState, isMissing } from '../../parts/states.js';
import { Surface } from '../../parts/surface.js';
import { When } from '../../parts/when.js';
import { sayMany } from '../../words/numbers.js';

const KINDS: Readonly<Record<string, string>> = {
  user: 'A profile',
  application: 'An application',
  address: 'A visitor',
  session: 'A visitor',
};
const STATES = { pending: 'under way', done: 'done', failed: 'failed, is tried again' };
const SERVICES: Readonly<Record<string, string>> = {
  links: 'Links',
  documents: 'Documents',
  analytics: 'Clicks',
};

/** How far every erasure is, part by part. */
export function ErasureList() {
  const { data, error, refetch } = useQuery(erasuresQuery);
  if (isMissing(error)) return null;
  if (error) return <ErrorState error={error} retry={refetch} />;
  if (!data || data.length === 0) return null;
  return (
    <Surface title="Erasures" note="What was erased is not kept, only that it was.">
      <Stack gap="md">
        {data.map((erasure) => (
          <ErasureLine key={erasure.erasure_id} erasure={erasure} />
        ))}
      </Stack>
    </Surface>
  );
}

function ErasureLine({ erasure }: { erasure: Erasure }) {
  const { kind, status, requested_at, services } = erasure;
  return (
    <div role="status">
      <Group gap="xs">
        {status === 'pending' && <Loader size={14} />}
        <Text size="sm" fw={600}>
          {KINDS[kind] ?? kind}: {STATES[status]}
        </Text>
        <Text size="sm" c="dimmed">
          asked <When at={requested_at} />
        </Text>
      </Group>
      <Group gap={6} mt={4}>
        {Object.entries(services).map(([service, part]) => (
          <Badge key={service} variant="light" tt="none" color={part.status === 'failed' ? 'red' : 'gray'}>
            {SERVICES[service] ?? service}: {STATES[part.status]}
            {part.status === 'done' && `, ${sayMany(countOf(part.erased), 'record')}`}
          </Badge>
        ))}
      </Group>
    </div>
  );
}

function countOf(erased: Record<string, number>): number {
  return Object.values(erased).reduce((sum, rows) => sum + rows, 0);
}
