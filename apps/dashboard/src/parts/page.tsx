import { Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

interface Props {
  title: string;
  /** One plain sentence under the title. */
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** What every page has: its title in the window and on the page, and room for what can be done. */
export function Page({ title, lead, actions, children }: Props) {
  useDocumentTitle(`${title} · Footfall`);
  return (
    <Stack gap="lg" component="section" aria-label={title}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div>
          <Title order={1} size="h2">
            {title}
          </Title>
          {lead && (
            <Text c="dimmed" mt={4} maw="62ch">
              {lead}
            </Text>
          )}
        </div>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
