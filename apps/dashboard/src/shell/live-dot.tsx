import { Group, Text, Tooltip } from '@mantine/core';
import { useClickStream } from './click-stream.js';
import classes from './shell.module.css';

const SAYINGS = {
  connecting: ['Connecting', 'Connecting to the live feed'],
  open: ['Live', 'Clicks appear here the moment they arrive'],
  lost: ['Not live', 'The live feed is away; it reconnects by itself'],
} as const;

export function LiveDot() {
  const { state } = useClickStream();
  const [label, explanation] = SAYINGS[state];
  return (
    <Tooltip label={explanation}>
      <Group gap={6} wrap="nowrap" role="status">
        <span className={classes.dot} data-state={state} />
        <Text size="sm" c="dimmed">
          {label}
        </Text>
      </Group>
    </Tooltip>
  );
}
