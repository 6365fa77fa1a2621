import { Alert, Button, Center, Group, Skeleton, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconAlertTriangle, type TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ApiError } from '../api/request.js';

interface EmptyProps {
  icon: TablerIcon;
  title: string;
  children: ReactNode;
  action?: ReactNode;
}

/** Nothing here yet, why, and what to do about it. */
export function EmptyState({ icon: Icon, title, children, action }: EmptyProps) {
  return (
    <Center py="xl">
      <Stack align="center" gap="xs" maw={440} ta="center">
        <ThemeIcon size={52} radius="xl" variant="light">
          <Icon size={26} stroke={1.6} aria-hidden />
        </ThemeIcon>
        <Title order={2} size="h4">
          {title}
        </Title>
        <Text c="dimmed">{children}</Text>
        {action && <Group mt="xs">{action}</Group>}
      </Stack>
    </Center>
  );
}

/** What went wrong in the server's words, and a second try. */
export function ErrorState({ error, retry }: { error: Error; retry?: () => unknown }) {
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title="That did not work"
      role="alert"
    >
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{error.message}</Text>
        {retry && (
          <Button size="xs" color="red" variant="outline" onClick={() => void retry()}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** The shape of what is coming. */
export function LoadingRows({ rows = 4, height = 44 }: { rows?: number; height?: number }) {
  return (
    <Stack gap="xs" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <Skeleton key={row} height={height} />
      ))}
    </Stack>
  );
}

/** Whether the server has no such call: an older Footfall, or a part that is not installed. */
export function isMissing(error: Error | null): boolean {
  return error instanceof ApiError && error.status === 404;
}
