import { Button, Group, Input, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import classes from './documents.module.css';
import { newJob } from './resume-content.js';
import type { ResumeFormApi } from './resume-form-api.js';

/** Jobs, newest first. */
export function ExperienceFields({ form }: { form: ResumeFormApi }) {
  const at = (index: number, field: string) => form.getInputProps(`content.experience.${index}.${field}`);
  return (
    <Input.Wrapper label="Experience" labelElement="div">
      <Stack gap="sm" mt={4}>
        {form.values.content.experience.map((job, index) => (
          <fieldset key={job.key} className={classes.entry} aria-label={job.title || `Job ${index + 1}`}>
            <Stack gap="sm">
              <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
                <TextInput label="Title" {...at(index, 'title')} />
                <TextInput label="Company" {...at(index, 'company')} />
                <TextInput label="From" placeholder="2021-03" {...at(index, 'start_date')} />
                <TextInput label="Until" placeholder="empty: until today" {...at(index, 'end_date')} />
              </SimpleGrid>
              <Textarea
                label="What you did"
                description="A line for each point."
                autosize
                minRows={2}
                {...at(index, 'description')}
              />
              <Group justify="flex-end">
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="gray"
                  onClick={() => form.removeListItem('content.experience', index)}
                >
                  Remove this job
                </Button>
              </Group>
            </Stack>
          </fieldset>
        ))}
        <Group>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => form.insertListItem('content.experience', newJob())}
          >
            Add a job
          </Button>
        </Group>
      </Stack>
    </Input.Wrapper>
  );
}
