import { Badge, Button, Code, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type Key, revokeKey, rotateKey } from '../../api/keys.js';
import { Surface } from '../../parts/surface.js';
import { When } from '../../parts/when.js';
import { sayDay } from '../../words/times.js';
import { SCOPE_NAMES, STATE_NAMES } from './key-words.js';
import { ShownKey } from './shown-key.js';

/** One key: what it may, when it was used, and its end. */
export function KeyCard({ apiKey }: { apiKey: Key }) {
  const queryClient = useQueryClient();
  const [isAsking, { open, close }] = useDisclosure();
  const settle = {
    onError: (error: Error) =>
      notifications.show({ color: 'red', title: 'That did not work', message: error.message }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['keys'] }),
  };
  const rotate = useMutation({ mutationFn: () => rotateKey(apiKey.id), ...settle });
  const revoke = useMutation({ mutationFn: () => revokeKey(apiKey.id), ...settle });
  const { name, starts_with, state, scopes, user_id, last_used_at, expires_at, previous } = apiKey;
  return (
    <Surface>
      <Group justify="space-between" gap="xs">
        <Text fw={600} size="sm">
          {name} <Code>{starts_with}…</Code>
        </Text>
        <Badge variant="light" tt="none" color={state === 'active' ? 'moss' : 'gray'}>
          {STATE_NAMES[state]}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed">
        {scopes.map((scope) => SCOPE_NAMES[scope]).join(' · ')}
        {user_id && ` – only for the profile “${user_id}”`}
      </Text>
      <Text size="sm" c="dimmed">
        {last_used_at ? 'Last used ' : 'Not used yet'}
        {last_used_at && <When at={last_used_at} />}
        {expires_at && ` · until ${sayDay(expires_at)}`}
        {previous && ` · the one before it until ${sayDay(previous.expires_at)}`}
      </Text>
      {state === 'active' && (
        <Group gap="xs">
          <Button size="xs" variant="default" loading={rotate.isPending} onClick={() => rotate.mutate()}>
            Make it anew
          </Button>
          <Button size="xs" variant="subtle" color="red" onClick={open}>
            Revoke …
          </Button>
        </Group>
      )}
      {rotate.data && <ShownKey value={rotate.data.key} />}
      <Modal opened={isAsking} onClose={close} title={`Revoke “${name}”?`} centered>
        <Text size="sm" mb="md">
          Within seconds nobody gets in with it any more, also who is logged in by it. It cannot be taken
          back.
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Keep it
          </Button>
          <Button
            color="red"
            loading={revoke.isPending}
            onClick={() => revoke.mutate(undefined, { onSettled: close })}
          >
            Revoke
          </Button>
        </Group>
      </Modal>
    </Surface>
  );
}
