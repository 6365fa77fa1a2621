import { Checkbox, Group, NativeSelect, SimpleGrid, Text, TextInput } from '@mantine/core';
import '@mantine/dropzone/styles.css';
import { Dropzone } from '@mantine/dropzone';
import { useForm } from '@mantine/form';
import { IconFileTypeDocx } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type TemplateUpload, uploadTemplate } from '../../api/templates.js';
import { Surface } from '../../parts/surface.js';
import { UploadVerdict } from './upload-verdict.js';

const MOST_BYTES = 5_000_000;

const KINDS = [
  { value: '', label: 'Resumes and cover letters' },
  { value: 'resume', label: 'Resumes' },
  { value: 'cover_letter', label: 'Cover letters' },
];

/** Takes a Word document, and says at once what was found in it. */
export function TemplateUploadForm() {
  const queryClient = useQueryClient();
  const form = useForm({
    initialValues: { name: '', kind: '' as TemplateUpload['kind'], older_tags: false },
  });
  const { mutate, data, error, isPending, variables } = useMutation({
    mutationFn: uploadTemplate,
    onSuccess: () => {
      form.reset();
      return queryClient.invalidateQueries({ queryKey: ['templates'] });
    },
  });
  const upload = (file: File | undefined) => file && mutate({ ...form.values, file });

  return (
    <Surface title="Use your own">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput label="Name" placeholder="empty: the name of the file" {...form.getInputProps('name')} />
        <NativeSelect label="For" data={KINDS} {...form.getInputProps('kind')} />
      </SimpleGrid>
      <Checkbox
        label="Its tags are written <<like_this>>"
        {...form.getInputProps('older_tags', { type: 'checkbox' })}
      />
      <Dropzone
        onDrop={([file]) => upload(file)}
        multiple={false}
        maxSize={MOST_BYTES}
        loading={isPending}
        // Every file is taken, so that the server can say what is wrong with it.
        validator={() => null}
        inputProps={{ 'aria-label': 'A Word document' }}
      >
        <Group justify="center" gap="md" mih={88} wrap="nowrap" ta="left">
          <IconFileTypeDocx size={34} stroke={1.4} aria-hidden />
          <div>
            <Text fw={600}>Drop a .docx here, or press to choose one</Text>
            <Text size="sm" c="dimmed">
              At most 5 MB. It is checked before it is taken.
            </Text>
          </div>
        </Group>
      </Dropzone>
      <UploadVerdict filename={variables?.file.name} template={data} error={error} />
    </Surface>
  );
}
