import { AppShell, Burger, Group, ScrollArea, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import mark from '../pictures/footfall.svg';
import { ColorSchemeButton } from './color-scheme-button.js';
import { LiveDot } from './live-dot.js';
import { Navigation } from './navigation.js';
import { OfflineNote } from './offline-note.js';
import { SessionEnd } from './session-end.js';
import { SessionGate } from './session-gate.js';
import classes from './shell.module.css';

/** What stands around every page. */
export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(() => {
    if (path) close();
  }, [path, close]);

  return (
    <SessionGate>
      <a href="#main" className={classes.skip}>
        Skip to the page
      </a>
      <AppShell
        header={{ height: 56 }}
        navbar={{ width: 224, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
        padding={{ base: 'md', sm: 'xl' }}
      >
        <AppShell.Header className={classes.bar}>
          <Group h="100%" px="md" gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={isOpen ? 'Close the menu' : 'Open the menu'}
              aria-expanded={isOpen}
            />
            <Link to="/" className={classes.brand} aria-label="Footfall, to the overview">
              <img src={mark} alt="" width={28} height={28} />
              <Text span fw={700} size="lg">
                Footfall
              </Text>
            </Link>
            <Group ml="auto" gap="sm" wrap="nowrap">
              <LiveDot />
              <ColorSchemeButton />
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar p="sm" className={classes.bar} aria-label="Pages">
          <AppShell.Section grow component={ScrollArea} type="never">
            <Navigation />
          </AppShell.Section>
          <AppShell.Section>
            <SessionEnd />
          </AppShell.Section>
        </AppShell.Navbar>
        <AppShell.Main id="main" tabIndex={-1} className={classes.main}>
          <OfflineNote />
          <div className={classes.column}>
            <Outlet />
          </div>
        </AppShell.Main>
      </AppShell>
    </SessionGate>
  );
}
