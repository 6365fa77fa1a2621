import { Badge, Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import type { Link } from '../../api/links.js';
import { ApplicationLink } from '../../parts/application-link.js';
import { When } from '../../parts/when.js';
import { sayFunction } from '../../words/clicks.js';
import { findLinkState } from './link-state.js';
import classes from './links.module.css';
import { SwitchButton } from './switch-button.js';

interface Props {
  link: Link;
  /** Not where the page is about one application. */
  withApplication: boolean;
  isChosen: boolean;
  choose: (isChosen: boolean) => void;
  open: () => void;
}

export function LinkRow({ link, withApplication, isChosen, choose, open }: Props) {
  const { isOn, words } = findLinkState(link);
  const name = `${sayFunction(link.link_function)} link ${link.tracking_id}`;
  return (
    <div className={classes.row}>
      <Checkbox
        checked={isChosen}
        onChange={(event) => choose(event.currentTarget.checked)}
        aria-label={`Choose ${name}`}
      />
      <Stack gap={2} miw={0} className={classes.what}>
        <Group gap="xs">
          <Text fw={600} size="sm">
            {sayFunction(link.link_function)}
          </Text>
          <Badge variant="light" color={isOn ? 'moss' : 'gray'} tt="none">
            {words}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed" truncate>
          to {sayDestination(link.original_url)}
        </Text>
      </Stack>
      <Stack gap={2} miw={0} className={classes.whose}>
        {withApplication && <Owner link={link} />}
        <Text size="xs" c="dimmed">
          made <When at={link.created_at} />
        </Text>
      </Stack>
      <Group gap="xs" wrap="nowrap" className={classes.actions}>
        <Button size="xs" variant="default" onClick={open} aria-label={`Details: ${name}`}>
          Details
        </Button>
        <SwitchButton link={link} name={name} />
      </Group>
    </div>
  );
}

function Owner({ link: { application_id, job_id } }: { link: Link }) {
  if (application_id) return <ApplicationLink id={application_id} size="sm" truncate />;
  return (
    <Text size="sm" truncate>
      {job_id ?? '–'}
    </Text>
  );
}

/** Host and path: the part that people recognise. */
function sayDestination(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return host.replace(/^www\./, '') + pathname.replace(/\/$/, '');
  } catch {
    return url;
  }
}
