import { Button, Checkbox, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { onKeyNeeded, saveApiKey } from '../api/api-key.js';

/** Asks for an API key when the server does; with the right one everything goes on where it was. */
export function KeyDialog() {
  const queryClient = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [key, setKey] = useState('');
  const [onThisDevice, setOnThisDevice] = useState(false);
  useEffect(() => onKeyNeeded(() => setOpen(true)), []);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    saveApiKey(key.trim(), { onThisDevice });
    setOpen(false);
    setKey('');
    void queryClient.resetQueries();
  };

  return (
    <Modal opened={isOpen} onClose={() => setOpen(false)} title="This Footfall asks for a key" centered>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" c="dimmed">
            Whoever runs it makes one with “npm run keys -- add”. It is sent to this site only.
          </Text>
          <PasswordInput
            label="API key"
            required
            data-autofocus
            autoComplete="off"
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
          />
          <Checkbox
            label="Keep it on this device"
            description="Otherwise it is forgotten when the browser is closed."
            checked={onThisDevice}
            onChange={(event) => setOnThisDevice(event.currentTarget.checked)}
          />
          <Button type="submit" disabled={key.trim() === ''}>
            Go on
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
