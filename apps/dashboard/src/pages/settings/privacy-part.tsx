import { Stack, Text } from '@mantine/core';
import { useUserId } from '../../api/user-id.js';
import { DownloadButton } from '../../parts/download-button.js';
import { Surface } from '../../parts/surface.js';
import { AnonymizeForm } from './anonymize-form.js';
import { EraseForm } from './erase-form.js';
import { ErasureList } from './erasure-list.js';

/** What is held of people, handed out and taken away. */
export function PrivacyPart() {
  const [userId] = useUserId();
  return (
    <Stack>
      <Surface
        title="What is kept of visitors"
        note="Addresses of visitors are removed from clicks after 90 days, unless your settings say otherwise; who asks not to be tracked leaves none at all."
      >
        <Text size="sm">
          Footfall uses no cookies for visitors. A person is told apart for one day at a time.
        </Text>
      </Surface>
      <Surface
        title="Take it with you"
        note="Everything held of you: profile, documents, links, clicks, bookings."
      >
        <div>
          <DownloadButton
            href={`/api/privacy/export/${encodeURIComponent(userId)}`}
            filename={`footfall-${userId}.json`}
          >
            Download as JSON
          </DownloadButton>
        </div>
      </Surface>
      <AnonymizeForm userId={userId} />
      <EraseForm userId={userId} />
      <ErasureList />
    </Stack>
  );
}
