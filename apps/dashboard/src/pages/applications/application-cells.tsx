import { Anchor, Badge, Group, Progress, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Application } from '../../api/applications.js';
import { When } from '../../parts/when.js';
import { nameApplication, OUTCOME_COLORS, OUTCOME_NAMES } from '../../words/applications.js';
import { sayMany } from '../../words/numbers.js';
import { sayDay } from '../../words/times.js';
import classes from './applications.module.css';

/** One application, cell by cell in the order of the columns. */
export function ApplicationCells({ application }: { application: Application }) {
  const { application_id, company, title, job_board, outcome } = application;
  return (
    <>
      <td className={classes.name}>
        <Anchor
          fw={600}
          size="sm"
          c="inherit"
          renderRoot={(props) => (
            <Link to="/app/applications/$id" params={{ id: application_id }} {...props} />
          )}
        >
          {title ?? company ?? nameApplication(application)}
        </Anchor>
        <Group gap={6}>
          <Text size="sm" c="dimmed">
            {[title ? company : undefined, job_board].filter(Boolean).join(' · ') || '–'}
          </Text>
          {outcome !== 'none' && (
            <Badge size="sm" variant="light" tt="none" color={OUTCOME_COLORS[outcome]}>
              {OUTCOME_NAMES[outcome]}
            </Badge>
          )}
        </Group>
      </td>
      <td data-label="Sent">
        <Text size="sm">{application.sent_at ? sayDay(application.sent_at) : '–'}</Text>
      </td>
      <td data-label="Opened">
        <Text size="sm" c={application.opened_at ? undefined : 'dimmed'}>
          {application.opened_at ? <When at={application.opened_at} /> : 'not yet'}
        </Text>
        {application.human_clicks > 0 && (
          <Text size="xs" c="dimmed">
            {sayMany(application.people, 'person', 'people')}, {sayMany(application.human_clicks, 'click')}
          </Text>
        )}
      </td>
      <td data-label="Booked">
        <Text size="sm" c={application.booked_at ? undefined : 'dimmed'}>
          {application.booked_at ? <When at={application.booked_at} /> : '–'}
        </Text>
      </td>
      <td data-label="Interest">
        <Text size="sm">{application.score} of 100</Text>
        <Progress value={application.score} size={5} mt={3} aria-hidden />
      </td>
    </>
  );
}
