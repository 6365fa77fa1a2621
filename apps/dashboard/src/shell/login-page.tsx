import { Alert, Center, Group, Paper, Stack, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { Session } from '../api/session.js';
import surface from '../parts/surface.module.css';
import mark from '../pictures/footfall.svg';
import { LoginForm } from './login-form.js';

/** Why a login by the organisation came back without one. */
const FAILURES: Readonly<Record<string, string>> = {
  denied: 'Your organisation did not let you in.',
  failed: 'The login did not work. Try once more.',
  away: 'Your organisation’s login cannot be reached right now. Try again in a moment, or use a key.',
  not_allowed: 'You are known there, but may not use this Footfall. Ask whoever runs it.',
};

/** Stands before every page until somebody is logged in; they then are where they wanted to go. */
export function LoginPage({ session }: { session: Session }) {
  useDocumentTitle('Log in · Footfall');
  const failure = FAILURES[new URLSearchParams(location.search).get('login_error') ?? ''];
  return (
    <Center component="main" mih="100vh" p="md">
      <Stack w="100%" maw={400}>
        <Group gap="xs">
          <img src={mark} alt="" width={32} height={32} />
          <Title order={1} size="h2">
            Footfall
          </Title>
        </Group>
        <Paper className={surface.surface} p="lg">
          {failure && (
            <Alert color="red" role="alert" mb="md">
              {failure}
            </Alert>
          )}
          <LoginForm session={session} lead="Log in to go on." />
        </Paper>
      </Stack>
    </Center>
  );
}
