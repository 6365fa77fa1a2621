import { Alert, Button, Group, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { editLink, type Link } from '../../api/links.js';
import { toFormErrors } from '../../api/request.js';
import { fromInput, toInput } from '../../words/input-times.js';

const PROFILE_FUNCTIONS = ['Calendly', 'LinkedIn', 'Portfolio'];

/** What may be changed of a link that is out already. */
export function LinkForm({ link, done }: { link: Link; done: () => void }) {
  const queryClient = useQueryClient();
  const form = useForm({
    initialValues: {
      expires_at: toInput(link.expires_at),
      fallback_url: link.fallback_url ?? '',
      follows: link.destination === 'follow_profile',
    },
  });
  const { mutate, isPending, error } = useMutation({
    mutationFn: ({ expires_at, fallback_url, follows }: typeof form.values) =>
      editLink(link.tracking_id, {
        expires_at: fromInput(expires_at),
        fallback_url: fallback_url.trim() || null,
        destination: follows ? 'follow_profile' : 'fixed',
      }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['links'] });
      notifications.show({ message: 'Changed. Every link follows within two seconds.' });
      done();
    },
    onError: (failure) => form.setErrors(toFormErrors(failure)),
  });

  return (
    <form onSubmit={form.onSubmit((values) => mutate(values))}>
      <Stack gap="sm">
        <TextInput
          type="datetime-local"
          label="Works until"
          description="In your time zone. Empty: without end."
          {...form.getInputProps('expires_at')}
        />
        <TextInput
          type="url"
          label="When it is off, lead to"
          description="Empty: to a friendly page that says the link is gone."
          placeholder="https://"
          {...form.getInputProps('fallback_url')}
        />
        {PROFILE_FUNCTIONS.includes(link.link_function) && (
          <Switch
            label="Move along when I change my own address"
            {...form.getInputProps('follows', { type: 'checkbox' })}
          />
        )}
        {error && <Alert color="red">{error.message}</Alert>}
        <Group>
          <Button type="submit" loading={isPending} disabled={!form.isDirty()}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
