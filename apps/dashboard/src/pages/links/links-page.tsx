import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { linksCsv } from '../../api/links.js';
import { DownloadButton } from '../../parts/download-button.js';
import { Page } from '../../parts/page.js';
import { LinkList } from './link-list.js';

const STATES = [
  { value: 'all', label: 'All' },
  { value: 'on', label: 'On' },
  { value: 'off', label: 'Off' },
];

/** Every link that is out, and what it does. */
export function LinksPage() {
  const [state, setState] = useState('all');
  const filter = state === 'all' ? {} : { active: state === 'on' };
  return (
    <Page
      title="Links"
      lead="Documents cannot be called back; their links can still be changed. A change reaches every link within two seconds."
      actions={
        <>
          <SegmentedControl
            value={state}
            onChange={setState}
            data={STATES}
            aria-label="Which links"
            size="sm"
          />
          <DownloadButton size="sm" href={linksCsv(filter)} filename="links.csv">
            CSV
          </DownloadButton>
        </>
      }
    >
      <LinkList filter={filter} />
    </Page>
  );
}
