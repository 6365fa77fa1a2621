import { Group, Stack, Text } from '@mantine/core';
import type { Click } from '../api/clicks.js';
import { sayFunction, sayHit, sayReasons, sayWho } from '../words/clicks.js';
import { ClassBadge } from './class-badge.js';
import { When } from './when.js';

interface Props {
  click: Click;
  /** Says also which link it was, where that is not clear from the page. */
  withLink?: boolean;
}

/** One click in words: when, who, as what it was judged, and why. */
export function ClickLine({ click, withLink = false }: Props) {
  const reasons = sayReasons(click.reasons);
  const place = [click.application_id, click.job_id].find(Boolean);
  return (
    <Group py="sm" gap="md" align="flex-start" wrap="nowrap">
      <ClassBadge value={click.class} />
      <Stack gap={2} flex={1} miw={0}>
        <Text size="sm">
          {withLink && <b>{sayFunction(click.link_function)} · </b>}
          {sayHit(click) ?? sayWho(click)}
        </Text>
        {withLink && place && (
          <Text size="xs" c="dimmed">
            {place}
          </Text>
        )}
        {reasons.length > 0 && (
          <Text size="xs" c="dimmed">
            Because {reasons.join('; ')}.
          </Text>
        )}
      </Stack>
      <Text size="xs" c="dimmed" ta="right" style={{ whiteSpace: 'nowrap' }}>
        <When at={click.clicked_at} />
      </Text>
    </Group>
  );
}
