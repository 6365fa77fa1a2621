import { Code, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { templateQuery } from '../../api/templates.js';
import { ErrorState, LoadingRows } from '../../parts/states.js';

/** What is filled in where. */
export function TemplateTags({ id }: { id: string }) {
  const { data, error, refetch, isPending } = useQuery(templateQuery(id));
  if (isPending) return <LoadingRows rows={2} height={24} />;
  if (error) return <ErrorState error={error} retry={refetch} />;
  return (
    <>
      <Group gap={6}>
        {data.tags.map(({ name }) => (
          <Code key={name}>{name}</Code>
        ))}
      </Group>
      {data.unknown_tags.length > 0 && (
        <Text size="sm">
          Not known here, so filled from fields of that name: {data.unknown_tags.join(', ')}
        </Text>
      )}
    </>
  );
}
