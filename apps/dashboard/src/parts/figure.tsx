import { Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './surface.module.css';

interface Props {
  label: string;
  /** Said smaller below. */
  note?: ReactNode;
  children: ReactNode;
}

/** One fact that a page is about. */
export function Figure({ label, note, children }: Props) {
  return (
    <Paper className={classes.surface} p={{ base: 'sm', sm: 'md' }}>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text size="xl" fw={650} lh={1.3}>
        {children}
      </Text>
      {note && (
        <Text size="xs" c="dimmed" mt={4}>
          {note}
        </Text>
      )}
    </Paper>
  );
}
