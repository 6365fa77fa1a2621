import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { DocumentKind } from '../../api/documents.js';
import { chooseTemplates, chosenTemplatesQuery, type Template } from '../../api/templates.js';
import { useUserId } from '../../api/user-id.js';

const NAMES = { resume: 'resumes', cover_letter: 'cover letters' };

/** Makes a template the one that is used when none is named. */
export function DefaultButtons({ template }: { template: Template }) {
  const [userId] = useUserId();
  const queryClient = useQueryClient();
  const chosenQuery = chosenTemplatesQuery(userId);
  const { data: chosen } = useQuery(chosenQuery);
  const { mutate, isPending } = useMutation({
    mutationFn: (kind: DocumentKind) =>
      chooseTemplates(userId, {
        resume: chosen?.resume,
        cover_letter: chosen?.cover_letter,
        [kind]: template.template_id,
      }),
    onSuccess: (now) => queryClient.setQueryData(chosenQuery.queryKey, now),
    onError: (error) => notifications.show({ color: 'red', title: 'Not changed', message: error.message }),
  });
  if (!chosen) return null;
  return (
    <Group gap="xs">
      {template.kinds.map((kind) =>
        chosen[kind] === template.template_id ? (
          <Text key={kind} size="sm" fw={600} c="var(--footfall-people)">
            ✓ Used for {NAMES[kind]}
          </Text>
        ) : (
          <Button
            key={kind}
            size="compact-sm"
            variant="default"
            disabled={isPending}
            onClick={() => mutate(kind)}
            aria-label={`Use for ${NAMES[kind]}: ${template.name}`}
          >
            Use for {NAMES[kind]}
          </Button>
        ),
      )}
    </Group>
  );
}
