import { Alert, Button, Divider, PasswordInput, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type Session, useLogin } from '../api/session.js';

/** Logs in by an API key, or through the organisation's own login where there is one. */
export function LoginForm({ session, lead }: { session: Session; lead: string }) {
  const [key, setKey] = useState('');
  const { mutate, error, isPending } = useLogin();
  const loginUrl = session.oidc?.login_url;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate(key.trim());
  };
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {lead}
      </Text>
      {loginUrl && (
        <>
          <Button component="a" href={loginUrl}>
            Log in with your organisation
          </Button>
          <Divider label="or by a key" />
        </>
      )}
      <form onSubmit={submit}>
        <Stack>
          <PasswordInput
            label="API key"
            description="Whoever runs this Footfall makes one: in Settings, or by “npm run keys -- add”."
            required
            data-autofocus
            autoComplete="off"
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
          />
          {error && (
            <Alert color="red" role="alert">
              {error.message}
            </Alert>
          )}
          <Button type="submit" loading={isPending} disabled={key.trim() === ''}>
            Log in
          </Button>
        </Stack>
      </form>
    </Stack>
  );
}
