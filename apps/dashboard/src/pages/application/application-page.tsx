import { Badge, Button, Group, SimpleGrid, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMapOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { applicationQuery } from '../../api/applications.js';
import { engagementQuery } from '../../api/insights.js';
import { DownloadButton } from '../../parts/download-button.js';
import { Figure } from '../../parts/figure.js';
import { Page } from '../../parts/page.js';
import { EmptyState, ErrorState, isMissing, LoadingRows } from '../../parts/states.js';
import { When } from '../../parts/when.js';
import { nameApplication, OUTCOME_COLORS, OUTCOME_NAMES } from '../../words/applications.js';
import { sayMany } from '../../words/numbers.js';
import { sayDay } from '../../words/times.js';
import { LinkList } from '../links/link-list.js';
import { ApplicationForm } from './application-form.js';
import { ScoreParts } from './score-parts.js';
import { SwitchAll } from './switch-all.js';
import { Timeline } from './timeline.js';

/** One application: what it is, what came of it, its links, and everything that happened. */
export function ApplicationPage() {
  const { id } = useParams({ from: '/app/applications/$id' });
  const { data: application, error, refetch } = useQuery(applicationQuery(id));
  const { data: engagement } = useQuery(engagementQuery(id));
  const [isEditing, { open, close }] = useDisclosure();

  if (isMissing(error)) {
    return (
      <EmptyState
        icon={IconMapOff}
        title="Nothing is known of this application"
        action={
          <Button component={Link} to="/app/applications">
            All applications
          </Button>
        }
      >
        It appears here once a document or a link is made for “{id}”.
      </EmptyState>
    );
  }
  if (error) return <ErrorState error={error} retry={refetch} />;
  if (!application) return <LoadingRows rows={6} height={72} />;
  const { outcome, job_board, sent_at, opened_at, booked_at, people, human_clicks, score } = application;
  return (
    <Page
      title={nameApplication(application)}
      lead={engagement && `${engagement.sentence}.`}
      actions={
        <>
          <Button
            size="xs"
            renderRoot={(props) => <Link to="/app/documents" search={{ application: id }} {...props} />}
          >
            Make a document
          </Button>
          <Button size="xs" variant="default" onClick={open}>
            Change
          </Button>
          <DownloadButton
            size="xs"
            href={`/api/clicks.csv?application_id=${encodeURIComponent(id)}`}
            filename={`clicks-${id}.csv`}
          >
            Clicks as CSV
          </DownloadButton>
        </>
      }
    >
      <Group gap="xs">
        <Badge variant="light" tt="none" color={OUTCOME_COLORS[outcome]}>
          {OUTCOME_NAMES[outcome]}
        </Badge>
        <Text size="sm" c="dimmed">
          {[job_board, id].filter(Boolean).join(' · ')}
        </Text>
      </Group>
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing={{ base: 'xs', sm: 'md' }}>
        <Figure label="Sent">{sent_at ? sayDay(sent_at) : 'not known'}</Figure>
        <Figure
          label="Opened by a person"
          note={opened_at && `${sayMany(people, 'person', 'people')}, ${sayMany(human_clicks, 'click')}`}
        >
          {opened_at ? <When at={opened_at} /> : 'not yet'}
        </Figure>
        <Figure label="Booked">{booked_at ? <When at={booked_at} /> : 'not yet'}</Figure>
        <Figure label="Interest" note={engagement && <ScoreParts parts={engagement.score_parts} />}>
          {score} of 100
        </Figure>
      </SimpleGrid>
      <Timeline id={id} />
      <Group justify="space-between" mt="sm">
        <Text component="h2" size="h4" fw={650}>
          Links
        </Text>
        <SwitchAll id={id} />
      </Group>
      <LinkList filter={{ application_id: id }} />
      <ApplicationForm application={application} isOpen={isEditing} close={close} />
    </Page>
  );
}
