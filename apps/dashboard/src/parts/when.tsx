import { Text, type TextProps, Tooltip } from '@mantine/core';
import { sayAgo, sayMoment } from '../words/times.js';

/** `3 minutes ago`; the exact moment, in the reader's time zone, on hover and on focus. */
export function When({ at, ...text }: TextProps & { at: string }) {
  return (
    <Tooltip label={sayMoment(at)}>
      <Text component="time" dateTime={at} inherit {...text}>
        {sayAgo(at)}
      </Text>
    </Tooltip>
  );
}
