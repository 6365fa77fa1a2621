import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { webhooksQuery } from '../../api/webhooks.js';
import { ErrorState, isMissing, LoadingRows } from '../../parts/states.js';
import { Surface } from '../../parts/surface.js';
import { NewWebhook } from './new-webhook.js';
import { WebhookCard } from './webhook-card.js';

/** Who is told when something happens. */
export function WebhooksPart() {
  const { data, error, refetch, isPending } = useQuery(webhooksQuery);
  if (isMissing(error)) return <Text c="dimmed">This Footfall sends no notifications.</Text>;
  return (
    <Stack>
      <NewWebhook />
      {isPending && <LoadingRows rows={2} height={90} />}
      {error && <ErrorState error={error} retry={refetch} />}
      {data?.length === 0 && (
        <Surface>
          <Text c="dimmed">Nobody is told yet.</Text>
        </Surface>
      )}
      {data?.map((webhook) => (
        <WebhookCard key={webhook.id} webhook={webhook} />
      ))}
    </Stack>
  );
}
