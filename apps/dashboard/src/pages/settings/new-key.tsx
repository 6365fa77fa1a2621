import { Alert, Button, Checkbox, Group, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { createKey, type Scope } from '../../api/keys.js';
import { toFormErrors } from '../../api/request.js';
import { logIn } from '../../api/session.js';
import { Surface } from '../../parts/surface.js';
import { LIFETIMES, SCOPE_NAMES, SCOPES } from './key-words.js';
import { ShownKey } from './shown-key.js';

const DAY_MS = 86_400_000;

/** With the first key keys are asked for: whoever makes it is logged in with it at once. */
export function NewKey({ isFirst }: { isFirst: boolean }) {
  const queryClient = useQueryClient();
  const form = useForm({
    initialValues: { name: '', user_id: '', days: '', scopes: [] as Scope[] },
  });
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: async ({ name, user_id, days, scopes }: typeof form.values) => {
      const expires_at = days ? new Date(Date.now() + Number(days) * DAY_MS).toISOString() : null;
      const wanted = isFirst ? (['admin'] as Scope[]) : scopes;
      const made = await createKey({
        name,
        user_id: user_id.trim() || undefined,
        scopes: wanted,
        expires_at,
      });
      if (isFirst) await logIn(made.key);
      return made;
    },
    onSuccess: () => {
      form.reset();
      return queryClient.invalidateQueries();
    },
    onError: (failure) => form.setErrors(toFormErrors(failure)),
  });
  return (
    <Surface
      title={isFirst ? 'Make the first key' : 'Make a key'}
      note={
        isFirst
          ? 'From then on everybody is asked for one, here and in programs. It may do everything, so keep it well; you are logged in with it at once.'
          : 'For a program, or for somebody who logs in here.'
      }
    >
      <form onSubmit={form.onSubmit((values) => mutate(values))}>
        <Stack>
          <SimpleGrid cols={{ base: 1, sm: isFirst ? 2 : 3 }}>
            <TextInput
              label="Name"
              required
              placeholder="My laptop"
              maxLength={100}
              {...form.getInputProps('name')}
            />
            <NativeSelect label="Works" data={LIFETIMES} {...form.getInputProps('days')} />
            {!isFirst && (
              <TextInput
                label="For one profile only"
                placeholder="Profile id; empty: for all"
                {...form.getInputProps('user_id')}
              />
            )}
          </SimpleGrid>
          {!isFirst && (
            <Checkbox.Group label="It may" {...form.getInputProps('scopes')}>
              <SimpleGrid cols={{ base: 1, sm: 2 }} spacing={6} mt={6}>
                {SCOPES.map((scope) => (
                  <Checkbox key={scope} value={scope} label={SCOPE_NAMES[scope]} />
                ))}
              </SimpleGrid>
            </Checkbox.Group>
          )}
          {error && (
            <Alert color="red" role="alert">
              {error.message}
            </Alert>
          )}
          <Group>
            <Button
              type="submit"
              loading={isPending}
              disabled={!form.values.name.trim() || !(isFirst || form.values.scopes.length > 0)}
            >
              Make it
            </Button>
          </Group>
        </Stack>
      </form>
      {data && <ShownKey value={data.key} />}
    </Surface>
  );
}
