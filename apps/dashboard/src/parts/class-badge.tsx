import { Badge } from '@mantine/core';
import type { ClickClass } from '../api/clicks.js';
import { CLASS_NAMES } from '../words/clicks.js';

const COLORS: Readonly<Record<ClickClass, string>> = {
  human: 'moss',
  suspected: 'yellow',
  machine: 'gray',
  duplicate: 'gray',
  inferred: 'blue',
  self: 'violet',
};

/** What a click was judged as. */
export function ClassBadge({ value }: { value: ClickClass }) {
  return (
    <Badge color={COLORS[value] ?? 'gray'} variant="light" autoContrast tt="none" fw={600} miw={82}>
      {CLASS_NAMES[value] ?? value}
    </Badge>
  );
}
