import { Alert, Code, Group, List, Text } from '@mantine/core';
import { ApiError } from '../../api/request.js';
import type { TemplateDetails } from '../../api/templates.js';

interface Props {
  filename: string | undefined;
  template: TemplateDetails | undefined;
  error: Error | null;
}

/** What was found in an uploaded file: each thing in words, with the place where it stands. */
export function UploadVerdict({ filename, template, error }: Props) {
  if (error) {
    const faults = error instanceof ApiError ? error.details : [];
    return (
      <Alert color="red" title={`“${filename}” was not taken`} role="alert">
        {faults.length === 0 ? <Text size="sm">{error.message}</Text> : <Places faults={faults} />}
      </Alert>
    );
  }
  if (!template) return null;
  return (
    <Alert
      color={template.warnings.length > 0 ? 'yellow' : 'moss'}
      title={`“${template.name}” is ready`}
      role="status"
    >
      <Text size="sm" mb={6}>
        {template.tags.length === 0
          ? 'There is no tag in it: every document will be the same.'
          : 'Tags found:'}
      </Text>
      <Group gap={6}>
        {template.tags.map(({ name }) => (
          <Code key={name}>{name}</Code>
        ))}
      </Group>
      {template.warnings.length > 0 && <Places faults={template.warnings} />}
    </Alert>
  );
}

interface PlacedFault {
  message: string;
  place?: unknown;
}

function Places({ faults }: { faults: readonly PlacedFault[] }) {
  return (
    <List size="sm" spacing={6} mt={6}>
      {faults.map(({ message, place }) => (
        <List.Item key={`${message} ${place}`}>
          {message}
          {typeof place === 'string' && (
            <Text size="xs" c="dimmed">
              {place}
            </Text>
          )}
        </List.Item>
      ))}
    </List>
  );
}
