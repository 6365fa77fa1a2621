import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { GeneratedDocument } from '../../api/documents.js';
import { FIRST_USER_ID } from '../../api/user-id.js';
import { Surface } from '../../parts/surface.js';
import { nameReferences } from '../../words/references.js';
import { useDocument } from '../documents/use-document.js';

/** A short resume for a job: enough to see how it works. */
export function DocumentStep({ made }: { made: (document: GeneratedDocument) => void }) {
  const { mutate, error, isPending } = useDocument('resume');
  const form = useForm({ initialValues: { title: '', company: '' } });
  const submit = (position: typeof form.values) =>
    mutate(
      {
        ...nameReferences(position),
        user_id: FIRST_USER_ID,
        target_position: position.title,
        company: position.company,
      },
      { onSuccess: made },
    );
  return (
    <Surface
      title="What job is it for?"
      note="One you want, or an invented one. The resume will be short; you write a real one on the Documents page."
    >
      <form onSubmit={form.onSubmit(submit)}>
        <Stack>
          <TextInput
            label="Job title"
            required
            data-autofocus
            placeholder="Marketing Manager"
            {...form.getInputProps('title')}
          />
          <TextInput label="Company" required placeholder="Tech Corp" {...form.getInputProps('company')} />
          {error && (
            <Alert color="red" role="alert">
              {error.message}
            </Alert>
          )}
          <Group>
            <Button type="submit" loading={isPending}>
              Make the resume
            </Button>
          </Group>
        </Stack>
      </form>
    </Surface>
  );
}
