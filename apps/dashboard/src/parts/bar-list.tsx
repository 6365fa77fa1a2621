import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './bar-list.module.css';

interface Row {
  key: string;
  name: string;
  /** How much of the track is filled, 0 to 1. */
  share: number;
  /** Where the true share lies, when it was estimated from few. */
  interval?: { low: number; high: number } | undefined;
  /** The figure in words. */
  words: ReactNode;
  /** Said smaller below, such as what it was before. */
  note?: ReactNode;
}

const percent = (share: number) => `${100 * share}%`;

/** Names with their figures, and a bar below each for the eye. */
export function BarList({ rows }: { rows: readonly Row[] }) {
  return (
    <Stack component="ul" gap={10} className={classes.list}>
      {rows.map(({ key, name, share, interval, words, note }) => (
        <li key={key}>
          <Group justify="space-between" gap="xs" wrap="nowrap" align="baseline">
            <Text size="sm" fw={550}>
              {name}
            </Text>
            <Text size="sm" c="dimmed" ta="right" className={classes.words}>
              {words}
            </Text>
          </Group>
          <div className={classes.track}>
            <div className={classes.bar} style={{ width: percent(share) }} />
            {interval && (
              <div
                className={classes.interval}
                style={{ left: percent(interval.low), width: percent(interval.high - interval.low) }}
              />
            )}
          </div>
          {note && (
            <Text size="xs" c="dimmed" mt={4}>
              {note}
            </Text>
          )}
        </li>
      ))}
    </Stack>
  );
}
