import { Alert, Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { requestErasure } from '../../api/privacy.js';
import { Surface } from '../../parts/surface.js';

/** Erases for good, after one more question. */
export function EraseForm({ userId }: { userId: string }) {
  const queryClient = useQueryClient();
  const [what, setWhat] = useState('application');
  const [applicationId, setApplicationId] = useState('');
  const [isAsking, { open, close }] = useDisclosure();
  const { mutate, error, isPending } = useMutation({
    mutationFn: () =>
      requestErasure(what === 'user' ? { user_id: userId } : { application_id: applicationId.trim() }),
    onSuccess: () => queryClient.invalidateQueries(),
    onSettled: close,
  });
  const isNamed = what === 'user' || applicationId.trim() !== '';
  return (
    <Surface
      title="Erase"
      note="In every service, from queues and journals too. Links that are out answer that they are gone."
    >
      <Radio.Group label="What" value={what} onChange={setWhat}>
        <Stack gap="xs" mt={6}>
          <Radio value="application" label="One application" />
          <Radio value="user" label={`Everything of the profile “${userId}”`} />
        </Stack>
      </Radio.Group>
      {what === 'application' && (
        <TextInput
          label="Application id"
          value={applicationId}
          onChange={(event) => setApplicationId(event.currentTarget.value)}
        />
      )}
      {error && (
        <Alert color="red" role="alert">
          {error.message}
        </Alert>
      )}
      <Group>
        <Button color="red" disabled={!isNamed} onClick={open}>
          Erase …
        </Button>
      </Group>
      <Modal opened={isAsking} onClose={close} title="Erase for good?" centered>
        <Text size="sm" mb="md">
          {what === 'user'
            ? `Profile, documents, links and clicks of “${userId}” go, and cannot be had back.`
            : `Documents, links and clicks of “${applicationId}” go, and cannot be had back.`}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Keep it
          </Button>
          <Button color="red" loading={isPending} onClick={() => mutate()}>
            Erase
          </Button>
        </Group>
      </Modal>
    </Surface>
  );
}
