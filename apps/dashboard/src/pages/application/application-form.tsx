import { Alert, Button, Modal, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type Application, editApplication, OUTCOMES, type Outcome } from '../../api/applications.js';
import { toFormErrors } from '../../api/request.js';
import { OUTCOME_NAMES } from '../../words/applications.js';
import { fromInput, toInput } from '../../words/input-times.js';

interface Props {
  application: Application;
  isOpen: boolean;
  close: () => void;
}

/** What a person knows of an application better than its documents do. */
export function ApplicationForm({ application, isOpen, close }: Props) {
  const queryClient = useQueryClient();
  const form = useForm({
    initialValues: {
      company: application.company ?? '',
      title: application.title ?? '',
      job_board: application.job_board ?? '',
      sent_at: toInput(application.sent_at),
      outcome: application.outcome as string,
    },
  });
  const { mutate, isPending, error } = useMutation({
    mutationFn: (values: typeof form.values) =>
      editApplication(application.application_id, toEdit(values, form)),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['applications'] });
      form.resetDirty();
      close();
    },
    onError: (failure) => form.setErrors(toFormErrors(failure)),
  });
  return (
    <Modal
      opened={isOpen}
      onClose={close}
      title="About this application"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form onSubmit={form.onSubmit((values) => mutate(values))}>
        <Stack>
          <TextInput label="Job title" data-autofocus {...form.getInputProps('title')} />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput label="Company" {...form.getInputProps('company')} />
            <TextInput
              label="Job board"
              placeholder="LinkedIn, Indeed, …"
              {...form.getInputProps('job_board')}
            />
            <TextInput type="datetime-local" label="Sent" {...form.getInputProps('sent_at')} />
            <NativeSelect
              label="What came of it"
              data={OUTCOMES.map((value) => ({ value, label: OUTCOME_NAMES[value] }))}
              {...form.getInputProps('outcome')}
            />
          </SimpleGrid>
          {error && <Alert color="red">{error.message}</Alert>}
          <Button type="submit" loading={isPending} disabled={!form.isDirty()}>
            Save
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}

interface Values {
  company: string;
  title: string;
  job_board: string;
  sent_at: string;
  outcome: string;
}

/** Only what was changed: what a person sets, no later document corrects. */
function toEdit(values: Values, form: { isDirty: (field: keyof Values) => boolean }) {
  const all = {
    company: values.company.trim() || null,
    title: values.title.trim() || null,
    job_board: values.job_board.trim() || null,
    sent_at: fromInput(values.sent_at),
    outcome: values.outcome as Outcome,
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => form.isDirty(name as keyof Values)));
}
