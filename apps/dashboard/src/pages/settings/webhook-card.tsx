import { Badge, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { changeWebhook, removeWebhook, testWebhook, type Webhook } from '../../api/webhooks.js';
import { Surface } from '../../parts/surface.js';
import { DeliveryLog } from './delivery-log.js';
import { sayDelivery, sayWebhookState, TYPE_NAMES } from './webhook-words.js';

/** One receiver: its state, a test, its log. */
export function WebhookCard({ webhook }: { webhook: Webhook }) {
  const queryClient = useQueryClient();
  const [isLogOpen, { toggle }] = useDisclosure();
  const { mutate, isPending } = useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onError: (error) =>
      notifications.show({ color: 'red', title: 'That did not work', message: error.message }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['webhooks'] }),
  });
  const test = async () => notifications.show({ message: sayDelivery(await testWebhook(webhook.id)) });
  const { id, url, types, enabled } = webhook;
  return (
    <Surface>
      <Group justify="space-between" gap="xs">
        <Text fw={600} size="sm">
          {url}
        </Text>
        <Badge variant="light" tt="none" color={enabled && !webhook.failing_since ? 'moss' : 'gray'}>
          {sayWebhookState(webhook)}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed">
        {types.map((type) => TYPE_NAMES[type] ?? type).join(' · ')}
      </Text>
      <Group gap="xs">
        <Button size="xs" variant="default" loading={isPending} onClick={() => mutate(test)}>
          Send a test
        </Button>
        <Button size="xs" variant="default" onClick={toggle} aria-expanded={isLogOpen}>
          {isLogOpen ? 'Hide the log' : 'Show the log'}
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => mutate(() => changeWebhook(id, { enabled: !enabled }))}
        >
          {enabled ? 'Switch off' : 'Switch on'}
        </Button>
        <Button size="xs" variant="subtle" color="red" onClick={() => mutate(() => removeWebhook(id))}>
          Remove
        </Button>
      </Group>
      {isLogOpen && <DeliveryLog webhookId={id} />}
    </Surface>
  );
}
