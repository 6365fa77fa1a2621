import { Anchor, Drawer, Stack, Text } from '@mantine/core';
import type { Link } from '../../api/links.js';
import { CopyLink } from '../../parts/copy-link.js';
import { sayFunction } from '../../words/clicks.js';
import { LinkClicks } from './link-clicks.js';
import { LinkForm } from './link-form.js';

/** One link: where it leads, what may be changed of it, and who came. */
export function LinkDrawer({ link, close }: { link: Link | undefined; close: () => void }) {
  return (
    <Drawer
      opened={link !== undefined}
      onClose={close}
      position="right"
      size="lg"
      title={link && <b>{sayFunction(link.link_function)} link</b>}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {link && (
        <Stack gap="lg">
          <div>
            <Text size="sm" c="dimmed">
              In the document
            </Text>
            <CopyLink url={link.redirect_url} />
            <Text size="sm" c="dimmed" mt="sm">
              Leads to
            </Text>
            <Anchor href={link.original_url} size="sm" target="_blank" rel="noreferrer">
              {link.original_url}
            </Anchor>
          </div>
          <LinkForm key={link.tracking_id} link={link} done={close} />
          <LinkClicks trackingId={link.tracking_id} />
        </Stack>
      )}
    </Drawer>
  );
}
