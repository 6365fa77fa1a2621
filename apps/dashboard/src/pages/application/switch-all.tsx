import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { switchLinks } from '../../api/links.js';
import { sayMany } from '../../words/numbers.js';

/** Every link of an application off, or on again, in one step. */
export function SwitchAll({ id }: { id: string }) {
  const queryClient = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: (isActive: boolean) => switchLinks({ application_id: id }, isActive),
    onSuccess: async ({ deactivated, reactivated = 0 }) => {
      await queryClient.invalidateQueries({ queryKey: ['links'] });
      const done =
        deactivated === undefined
          ? `${sayMany(reactivated, 'link')} switched on.`
          : `${sayMany(deactivated, 'link')} switched off.`;
      notifications.show({ message: done });
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Not switched', message: error.message }),
  });
  return (
    <Group gap="xs">
      <Button size="xs" variant="default" disabled={isPending} onClick={() => mutate(false)}>
        All off
      </Button>
      <Button size="xs" variant="default" disabled={isPending} onClick={() => mutate(true)}>
        All on
      </Button>
    </Group>
  );
}
