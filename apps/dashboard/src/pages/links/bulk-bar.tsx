import { Button, Group, Progress, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Link, switchLink } from '../../api/links.js';
import { sayMany } from '../../words/numbers.js';
import classes from './links.module.css';

interface Props {
  links: readonly Link[];
  chosen: ReadonlySet<string>;
  chooseAll: () => void;
  clear: () => void;
}

/** What can be done with many links at once, and how far it has come. */
export function BulkBar({ links, chosen, chooseAll, clear }: Props) {
  const queryClient = useQueryClient();
  const [done, setDone] = useState(0);
  const { mutate, isPending } = useMutation({
    mutationFn: async (isActive: boolean) => {
      setDone(0);
      for (const trackingId of chosen) {
        await switchLink(trackingId, isActive);
        setDone((before) => before + 1);
      }
    },
    onSuccess: clear,
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Not all were switched', message: error.message }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['links'] }),
  });

  if (chosen.size === 0) {
    return (
      <Group className={classes.bulk} justify="space-between">
        <Text size="sm" c="dimmed">
          {sayMany(links.length, 'link')} shown
        </Text>
        <Button size="xs" variant="subtle" onClick={chooseAll}>
          Choose all shown
        </Button>
      </Group>
    );
  }
  return (
    <Group className={classes.bulk} gap="xs" role="region" aria-label="Chosen links">
      <Text size="sm" fw={600} role="status">
        {isPending
          ? `${done} of ${sayMany(chosen.size, 'link')} done`
          : `${sayMany(chosen.size, 'link')} chosen`}
      </Text>
      {isPending ? (
        <Progress value={(100 * done) / chosen.size} flex={1} miw={80} aria-label="Links switched" />
      ) : (
        <>
          <Button size="xs" color="red" variant="light" onClick={() => mutate(false)}>
            Switch off
          </Button>
          <Button size="xs" variant="light" onClick={() => mutate(true)}>
            Switch on
          </Button>
          <Button size="xs" variant="subtle" color="gray" onClick={clear}>
            Choose none
          </Button>
        </>
      )}
    </Group>
  );
}
