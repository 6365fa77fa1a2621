import { SimpleGrid, TextInput } from '@mantine/core';
import type { Application } from '../../api/applications.js';
import { nameReferences } from '../../words/references.js';

/** What an application is for. */
export interface Target {
  company: string;
  title: string;
  job_board: string;
}

export const targetOf = (application: Application | undefined): Target => ({
  company: application?.company ?? '',
  title: application?.title ?? '',
  job_board: application?.job_board ?? '',
});

/** The application that a document belongs to: the one it was opened for, else one named after the job. */
export function referencesOf(target: Target, application: Application | undefined) {
  if (!application) return nameReferences(target);
  const { application_id, job_id } = application;
  return job_id ? { application_id, job_id } : { application_id };
}

export function TargetFields({ form }: { form: { getInputProps: (path: string) => object } }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <TextInput
        label="Job title"
        required
        placeholder="Marketing Manager"
        {...form.getInputProps('target.title')}
      />
      <TextInput
        label="Company"
        required
        placeholder="Harbour & Pine"
        {...form.getInputProps('target.company')}
      />
      <TextInput
        label="Job board"
        placeholder="LinkedIn, Indeed, …"
        {...form.getInputProps('target.job_board')}
      />
    </SimpleGrid>
  );
}
