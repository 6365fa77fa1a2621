import { Center, Loader, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { sessionQuery } from '../api/session.js';
import { ErrorState } from '../parts/states.js';
import { ClickStreamProvider } from './click-stream.js';
import { LoginForm } from './login-form.js';
import { LoginPage } from './login-page.js';

/**
 * Lets people in who need not log in, or have. Who is logged out while at work is asked in front of the page, which keeps
 * what was entered.
 */
export function SessionGate({ children }: { children: ReactNode }) {
  const { data: session, error, refetch } = useQuery(sessionQuery);
  const [wasIn, setWasIn] = useState(false);
  const isIn = session !== undefined && (!session.required || session.principal !== null);
  useEffect(() => {
    if (isIn) setWasIn(true);
  }, [isIn]);

  if (!session) {
    return (
      <Center mih="100vh" p="md">
        {error ? <ErrorState error={error} retry={refetch} /> : <Loader aria-label="Loading" />}
      </Center>
    );
  }
  if (!isIn && !wasIn) return <LoginPage session={session} />;
  return (
    <ClickStreamProvider>
      {children}
      <Modal opened={!isIn} onClose={() => undefined} withCloseButton={false} title="Log in again" centered>
        <LoginForm session={session} lead="Your session is over. What you entered is still here." />
      </Modal>
    </ClickStreamProvider>
  );
}
