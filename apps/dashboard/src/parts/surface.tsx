import { Group, Paper, type PaperProps, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './surface.module.css';

interface Props extends PaperProps {
  title?: string;
  /** What the figures below are about. */
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A card with an optional heading. */
export function Surface({ title, note, actions, children, ...paper }: Props) {
  return (
    <Paper className={classes.surface} p={{ base: 'md', sm: 'lg' }} {...paper}>
      <Stack gap="md">
        {(title || actions) && (
          <Group justify="space-between" align="flex-start" gap="xs">
            <div>
              {title && (
                <Title order={2} size="h5">
                  {title}
                </Title>
              )}
              {note && (
                <Text size="sm" c="dimmed">
                  {note}
                </Text>
              )}
            </div>
            {actions && <Group gap="xs">{actions}</Group>}
          </Group>
        )}
        {children}
      </Stack>
    </Paper>
  );
}
