import { Group, Stack, Text } from '@mantine/core';
import type { ClickFacts } from '../api/clicks.js';
import { sayFunction, sayHit, sayWho } from '../words/clicks.js';
import { ApplicationLink } from './application-link.js';
import { ClassBadge } from './class-badge.js';
import classes from './click-line.module.css';
import { When } from './when.js';

interface Props {
  click: ClickFacts;
  at: string;
  /** Says also which link it was, where that is not clear from the page. */
  withLink?: boolean;
  /** Says also for which application. */
  withPlace?: boolean;
}

/** One click in words: when, who, as what it was judged, and why. */
export function ClickLine({ click, at, withLink = false, withPlace = false }: Props) {
  const place = click.application_id ?? click.job_id;
  return (
    <Group py="sm" gap="md" align="flex-start" wrap="nowrap" className={classes.line}>
      <ClassBadge value={click.class} />
      <Stack gap={2} className={classes.words}>
        <Text size="sm">
          {withLink && click.link_function && <b>{sayFunction(click.link_function)} · </b>}
          {sayHit(click) ?? sayWho(click)}
        </Text>
        {withPlace && place && (
          <Text size="xs" c="dimmed">
            for {click.application_id ? <ApplicationLink id={click.application_id} /> : place}
          </Text>
        )}
        {click.explanations.length > 0 && (
          <Text size="xs" c="dimmed">
            Why: {click.explanations.join('; ')}.
          </Text>
        )}
      </Stack>
      <Text size="xs" c="dimmed" className={classes.when}>
        <When at={at} />
      </Text>
    </Group>
  );
}
