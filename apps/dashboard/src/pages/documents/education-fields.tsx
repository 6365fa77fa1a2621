import { Button, Group, Input, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import classes from './documents.module.css';
import { newSchool } from './resume-content.js';
import type { ResumeFormApi } from './resume-form-api.js';

/** Schools, newest first. */
export function EducationFields({ form }: { form: ResumeFormApi }) {
  const at = (index: number, field: string) => form.getInputProps(`content.education.${index}.${field}`);
  return (
    <Input.Wrapper label="Education" labelElement="div">
      <Stack gap="sm" mt={4}>
        {form.values.content.education.map((school, index) => (
          <fieldset
            key={school.key}
            className={classes.entry}
            aria-label={school.institution || `School ${index + 1}`}
          >
            <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
              <TextInput label="School" {...at(index, 'institution')} />
              <TextInput label="Degree" {...at(index, 'degree')} />
              <TextInput label="Field" {...at(index, 'field')} />
              <TextInput label="Year" {...at(index, 'graduation_year')} />
            </SimpleGrid>
            <Group justify="flex-end" mt="sm">
              <Button
                size="compact-sm"
                variant="subtle"
                color="gray"
                onClick={() => form.removeListItem('content.education', index)}
              >
                Remove this school
              </Button>
            </Group>
          </fieldset>
        ))}
        <Group>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => form.insertListItem('content.education', newSchool())}
          >
            Add a school
          </Button>
        </Group>
      </Stack>
    </Input.Wrapper>
  );
}
