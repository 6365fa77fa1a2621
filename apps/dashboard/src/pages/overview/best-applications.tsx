import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { bestApplicationsQuery } from '../../api/applications.js';
import { LoadingRows } from '../../parts/states.js';
import { Surface } from '../../parts/surface.js';
import { When } from '../../parts/when.js';
import { nameApplication } from '../../words/applications.js';
import { sayMany } from '../../words/numbers.js';

/** The jobs that drew most interest. */
export function BestApplications() {
  const { data, error, isPending } = useQuery(bestApplicationsQuery);
  if (error) return null;
  return (
    <Surface title="Most interest" note="Of all applications.">
      {isPending && <LoadingRows rows={4} height={32} />}
      {data?.applications.length === 0 && <Text c="dimmed">No person has opened one yet.</Text>}
      <Stack gap="sm">
        {data?.applications.map(({ people, opened_at, booked_at, ...application }) => (
          <Group key={application.application_id} justify="space-between" gap="0 sm" align="baseline">
            <Anchor
              size="sm"
              fw={550}
              renderRoot={(props) => (
                <Link to="/app/applications/$id" params={{ id: application.application_id }} {...props} />
              )}
            >
              {nameApplication(application)}
            </Anchor>
            <Text size="sm" c="dimmed" ta="right">
              {booked_at ? 'booked ' : `${sayMany(people, 'person', 'people')}, first `}
              {opened_at && <When at={booked_at ?? opened_at} />}
            </Text>
          </Group>
        ))}
      </Stack>
    </Surface>
  );
}
