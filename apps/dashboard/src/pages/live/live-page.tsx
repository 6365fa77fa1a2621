import { Switch } from '@mantine/core';
import { IconActivity } from '@tabler/icons-react';
import { useState } from 'react';
import { ClickLine } from '../../parts/click-line.js';
import { DownloadButton } from '../../parts/download-button.js';
import { Page } from '../../parts/page.js';
import { EmptyState } from '../../parts/states.js';
import { Surface } from '../../parts/surface.js';
import { useClickStream } from '../../shell/click-stream.js';
import classes from './live.module.css';

/** Clicks as they come in. */
export function LivePage() {
  const { clicks } = useClickStream();
  const [onlyPeople, setOnlyPeople] = useState(false);
  const shown = onlyPeople ? clicks.filter((click) => click.class === 'human') : clicks;
  return (
    <Page
      title="Live"
      lead="Every click, the moment it arrives. A click can still change from “uncertain” some seconds later."
      actions={
        <>
          <Switch
            label="People only"
            checked={onlyPeople}
            onChange={(event) => setOnlyPeople(event.currentTarget.checked)}
          />
          <DownloadButton
            size="sm"
            href={onlyPeople ? '/api/clicks.csv?class=human' : '/api/clicks.csv'}
            filename="clicks.csv"
          >
            All as CSV
          </DownloadButton>
        </>
      }
    >
      <Surface>
        {shown.length === 0 ? (
          <EmptyState icon={IconActivity} title="Waiting for clicks">
            Leave this page open. Clicks since you opened the dashboard are listed here.
          </EmptyState>
        ) : (
          <ol className={classes.feed} aria-live="polite" aria-label="Clicks, newest first">
            {shown.map((click) => (
              <li key={click.click_id}>
                <ClickLine click={click} at={click.clicked_at} withLink withPlace />
              </li>
            ))}
          </ol>
        )}
      </Surface>
    </Page>
  );
}
