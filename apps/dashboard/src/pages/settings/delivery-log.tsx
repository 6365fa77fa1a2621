import { Button, Group, ScrollArea, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { deliveriesQuery, replayDelivery } from '../../api/webhooks.js';
import { ErrorState, LoadingRows } from '../../parts/states.js';
import { When } from '../../parts/when.js';
import { sayDelivery } from './webhook-words.js';

/** What a receiver was told, and what it answered. */
export function DeliveryLog({ webhookId }: { webhookId: string }) {
  const queryClient = useQueryClient();
  const { data, error, refetch, isPending } = useQuery(deliveriesQuery(webhookId));
  const replay = useMutation({
    mutationFn: (deliveryId: string) => replayDelivery(webhookId, deliveryId),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['webhooks'] }),
    onError: (failure) => notifications.show({ color: 'red', title: 'Not sent', message: failure.message }),
  });
  if (isPending) return <LoadingRows rows={2} />;
  if (error) return <ErrorState error={error} retry={refetch} />;
  if (data.length === 0) return <Text c="dimmed">Nothing was sent yet.</Text>;
  return (
    <ScrollArea type="auto" viewportProps={{ tabIndex: 0, 'aria-label': 'Log of messages' }}>
      <Table miw={520} verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            <Table.Th>What</Table.Th>
            <Table.Th>What came of it</Table.Th>
            <Table.Th>Again</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.map((delivery) => (
            <Table.Tr key={delivery.id}>
              <Table.Td>
                <When at={delivery.created_at} />
              </Table.Td>
              <Table.Td>{delivery.payload.summary ?? delivery.type}</Table.Td>
              <Table.Td>{sayDelivery(delivery)}</Table.Td>
              <Table.Td>
                <Group>
                  <Button
                    size="compact-xs"
                    variant="default"
                    disabled={replay.isPending}
                    onClick={() => replay.mutate(delivery.id)}
                  >
                    Send again
                  </Button>
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}
