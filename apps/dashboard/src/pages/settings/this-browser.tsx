import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { setOwnClicks } from '../../api/own-clicks.js';
import { usePrincipal } from '../../api/session.js';
import { useUserId } from '../../api/user-id.js';
import { Surface } from '../../parts/surface.js';
import { findTimeZone } from '../../words/times.js';

/** What holds for this browser alone. */
export function ThisBrowser() {
  return (
    <Stack>
      <OwnClicks />
      <WhoseProfile />
      <Surface title="Times">
        <Text size="sm">Shown in this device's time zone, {findTimeZone()}.</Text>
      </Surface>
    </Stack>
  );
}

function OwnClicks() {
  const { mutate, isPending } = useMutation({
    mutationFn: setOwnClicks,
    onSuccess: ({ own_clicks }) =>
      notifications.show({
        message: own_clicks
          ? 'From now on clicks from this browser count as your own.'
          : 'Clicks from this browser count like anybody’s again.',
      }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not changed', message: error.message }),
  });
  return (
    <Surface
      title="Your own clicks"
      note="A cookie for tracked links only. When you try a link yourself, nobody is taken for an interested reader."
    >
      <Group gap="xs">
        <Button disabled={isPending} onClick={() => mutate(true)}>
          This is me
        </Button>
        <Button variant="default" disabled={isPending} onClick={() => mutate(false)}>
          Count me like anybody
        </Button>
      </Group>
    </Surface>
  );
}

function WhoseProfile() {
  const [userId, setUserId] = useUserId();
  const [value, setValue] = useState(userId);
  if (usePrincipal()?.user_id) return null;
  return (
    <Surface title="Whose profile" note="Where several people use one Footfall, each has an id of their own.">
      <Group align="flex-end" gap="xs">
        <TextInput
          label="Profile id"
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          error={isId(value) ? undefined : 'Letters, digits and . _ : - only'}
        />
        <Button
          variant="default"
          disabled={!isId(value) || value === userId}
          onClick={() => setUserId(value)}
        >
          Use it
        </Button>
      </Group>
    </Surface>
  );
}

const isId = (text: string) => /^[A-Za-z0-9._:-]{1,100}$/.test(text);
