import { Button, Group, Loader, Text } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { GeneratedDocument } from '../../api/documents.js';
import { ClickLine } from '../../parts/click-line.js';
import { Surface } from '../../parts/surface.js';
import { useClickStream } from '../../shell/click-stream.js';
import { sayFunction } from '../../words/clicks.js';

/** Offers the document's links, and waits for the first click on one of them. */
export function ClickStep({ document }: { document: GeneratedDocument }) {
  const { clicks } = useClickStream();
  const ids = document.links.map((link) => link.tracking_id);
  const arrived = clicks.filter((click) => ids.includes(click.tracking_id));

  return (
    <Surface
      title="Click one of its links"
      note="In the document, or here: these are the same links. Your page opens as if nothing had happened."
    >
      <Group gap="xs">
        {document.links.map(
          (link) =>
            link.redirect_url && (
              <Button
                key={link.variable}
                component="a"
                href={link.redirect_url}
                target="_blank"
                rel="noopener noreferrer"
                variant={arrived.length === 0 ? 'filled' : 'default'}
                rightSection={<IconExternalLink size={16} aria-hidden />}
              >
                {sayFunction(link.function)}
              </Button>
            ),
        )}
      </Group>
      <div aria-live="polite">
        {arrived.length === 0 ? (
          <Group gap="sm">
            <Loader size={18} />
            <Text size="sm" c="dimmed">
              Waiting for your click …
            </Text>
          </Group>
        ) : (
          <>
            <Text fw={650}>There it is.</Text>
            {arrived.map((click) => (
              <ClickLine key={click.click_id} click={click} at={click.clicked_at} withLink />
            ))}
            <Text size="sm" mt="xs">
              That was you, of course. Under Settings you can tell Footfall which browser is yours, so that
              your own clicks are not taken for a reader’s.
            </Text>
          </>
        )}
      </div>
      {arrived.length > 0 && (
        <Group gap="xs">
          <Button component={Link} to="/app/documents">
            Make a real one
          </Button>
          <Button component={Link} to="/" variant="default">
            To the overview
          </Button>
        </Group>
      )}
    </Surface>
  );
}
