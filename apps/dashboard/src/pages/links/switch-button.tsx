import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type Link, switchLink } from '../../api/links.js';

/** Switches a link off, or on again. */
export function SwitchButton({ link, name }: { link: Link; name: string }) {
  const queryClient = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: () => switchLink(link.tracking_id, !link.is_active),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['links'] }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not switched', message: error.message }),
  });
  return (
    <Button
      size="xs"
      variant={link.is_active ? 'default' : 'light'}
      loading={isPending}
      onClick={() => mutate()}
      aria-label={`Switch ${link.is_active ? 'off' : 'on'}: ${name}`}
    >
      {link.is_active ? 'Switch off' : 'Switch on'}
    </Button>
  );
}
