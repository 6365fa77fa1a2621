import { Alert, Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toFormErrors } from '../../api/request.js';
import { createWebhook, NOTIFICATION_TYPES, type NotificationType } from '../../api/webhooks.js';
import { CopyLink } from '../../parts/copy-link.js';
import { Surface } from '../../parts/surface.js';
import { TYPE_NAMES } from './webhook-words.js';

export function NewWebhook() {
  const queryClient = useQueryClient();
  const form = useForm({ initialValues: { url: '', types: [...NOTIFICATION_TYPES] as NotificationType[] } });
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: createWebhook,
    onSuccess: () => {
      form.reset();
      return queryClient.invalidateQueries({ queryKey: ['webhooks'] });
    },
    onError: (failure) => form.setErrors(toFormErrors(failure)),
  });
  return (
    <Surface
      title="Tell a program of yours"
      note="A signed message goes to an address of yours the moment something happens (Standard Webhooks)."
    >
      <form onSubmit={form.onSubmit((values) => mutate(values))}>
        <Stack>
          <TextInput
            label="Address"
            type="url"
            required
            placeholder="https://example.com/hooks"
            {...form.getInputProps('url')}
          />
          <Checkbox.Group label="When" {...form.getInputProps('types')}>
            <Stack gap={6} mt={6}>
              {NOTIFICATION_TYPES.map((type) => (
                <Checkbox key={type} value={type} label={TYPE_NAMES[type]} />
              ))}
            </Stack>
          </Checkbox.Group>
          {error && (
            <Alert color="red" role="alert">
              {error.message}
            </Alert>
          )}
          <Group>
            <Button type="submit" loading={isPending} disabled={form.values.types.length === 0}>
              Add
            </Button>
          </Group>
        </Stack>
      </form>
      {data && (
        <Alert title="Its secret, shown this once" role="status">
          <Text size="sm">Messages are signed with it, so that the receiver knows them from others.</Text>
          <CopyLink url={data.secret} label="Copy the secret" />
        </Alert>
      )}
    </Surface>
  );
}
