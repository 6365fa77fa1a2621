import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './bar-list.module.css';

interface Row {
  name: string;
  value: number;
  /** The figure in words. */
  words: ReactNode;
}

/** Names with their figures, a bar behind each for the eye. */
export function BarList({ rows }: { rows: readonly Row[] }) {
  const most = Math.max(1, ...rows.map(({ value }) => value));
  return (
    <Stack component="ul" gap={10} className={classes.list}>
      {rows.map(({ name, value, words }) => (
        <li key={name}>
          <Group justify="space-between" gap="xs" wrap="nowrap" align="baseline">
            <Text size="sm" fw={550}>
              {name}
            </Text>
            <Text size="sm" c="dimmed" ta="right">
              {words}
            </Text>
          </Group>
          <div className={classes.track}>
            <div className={classes.bar} style={{ width: `${(100 * value) / most}%` }} />
          </div>
        </li>
      ))}
    </Stack>
  );
}
