import { NavLink, Stack } from '@mantine/core';
import {
  IconActivity,
  IconBriefcase,
  IconFileText,
  IconLayoutDashboard,
  IconLink,
  IconSettings,
  IconTemplate,
} from '@tabler/icons-react';
import { Link, useRouterState } from '@tanstack/react-router';
import classes from './shell.module.css';

const PAGES = [
  { to: '/', label: 'Overview', icon: IconLayoutDashboard },
  { to: '/app/applications', label: 'Applications', icon: IconBriefcase },
  { to: '/app/links', label: 'Links', icon: IconLink },
  { to: '/app/live', label: 'Live', icon: IconActivity },
  { to: '/app/documents', label: 'Documents', icon: IconFileText },
  { to: '/app/templates', label: 'Templates', icon: IconTemplate },
  { to: '/app/settings', label: 'Settings', icon: IconSettings },
] as const;

export function Navigation() {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const isAt = (to: string) => (to === '/' ? path === '/' : path.startsWith(to));
  return (
    <Stack gap={2}>
      {PAGES.map(({ to, label, icon: Icon }) => (
        <NavLink
          key={to}
          className={classes.nav}
          component={Link}
          to={to}
          label={label}
          active={isAt(to)}
          aria-current={isAt(to) ? 'page' : undefined}
          leftSection={<Icon size={19} stroke={1.7} aria-hidden />}
        />
      ))}
    </Stack>
  );
}
