import { Badge, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { TimelineEntry } from '../../api/applications.js';
import { ClickLine } from '../../parts/click-line.js';
import lineClasses from '../../parts/click-line.module.css';
import { DownloadButton } from '../../parts/download-button.js';
import { When } from '../../parts/when.js';
import { sayMinute } from '../../words/times.js';

const DOCUMENTS = { resume: 'A resume', cover_letter: 'A cover letter' };

const BOOKINGS: Readonly<Record<string, string>> = {
  active: 'A meeting was booked',
  canceled: 'A meeting was booked and canceled',
  no_show: 'A meeting was booked; nobody came',
};

/** One thing that happened, in words. */
export function TimelineLine({ entry }: { entry: TimelineEntry }) {
  if (entry.kind === 'click') return <ClickLine click={entry} at={entry.at} withLink />;
  if (entry.kind === 'booking') {
    const starts = entry.starts_at && `, for ${sayMinute(entry.starts_at)}`;
    return (
      <Line badge="Booking" color="teal" at={entry.at}>
        {BOOKINGS[entry.status] ?? 'A meeting was booked'}
        {starts}
      </Line>
    );
  }
  return (
    <Line badge="Document" color="blue" at={entry.at}>
      <Group gap="xs" component="span">
        {DOCUMENTS[entry.document]} was made
        <DownloadButton size="compact-xs" href={`/documents/${entry.id}`} filename={`${entry.document}.docx`}>
          .docx
        </DownloadButton>
        <DownloadButton
          size="compact-xs"
          isMadeOnRequest
          href={`/documents/${entry.id}?format=pdf`}
          filename={`${entry.document}.pdf`}
        >
          PDF
        </DownloadButton>
      </Group>
    </Line>
  );
}

interface LineProps {
  badge: string;
  color: string;
  at: string;
  children: ReactNode;
}

function Line({ badge, color, at, children }: LineProps) {
  return (
    <Group py="sm" gap="md" align="flex-start" wrap="nowrap" className={lineClasses.line}>
      <Badge variant="light" color={color} tt="none" fw={600} miw={82}>
        {badge}
      </Badge>
      <Text size="sm" component="div" className={lineClasses.words}>
        {children}
      </Text>
      <Text size="xs" c="dimmed" className={lineClasses.when}>
        <When at={at} />
      </Text>
    </Group>
  );
}
