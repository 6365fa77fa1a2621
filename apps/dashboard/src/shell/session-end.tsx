import { Button, Stack, Text } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useLogout, usePrincipal } from '../api/session.js';

/** Who is logged in, and the way out. Nothing where nobody needs to be. */
export function SessionEnd() {
  const principal = usePrincipal();
  const { mutate, isPending } = useLogout();
  if (!principal) return null;
  return (
    <Stack gap={4}>
      <Text size="xs" c="dimmed" truncate title={principal.name}>
        {principal.name}
      </Text>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconLogout size={16} aria-hidden />}
        loading={isPending}
        onClick={() => mutate()}
      >
        Log out
      </Button>
    </Stack>
  );
}
