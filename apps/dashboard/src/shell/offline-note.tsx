import { Alert } from '@mantine/core';
import { useNetwork } from '@mantine/hooks';
import { IconPlugConnectedX } from '@tabler/icons-react';

/** Says that what is shown may be old. */
export function OfflineNote() {
  const { online } = useNetwork();
  if (online) return null;
  return (
    <Alert
      color="yellow"
      mb="md"
      icon={<IconPlugConnectedX aria-hidden />}
      title="You are offline"
      role="status"
    >
      What you see is from before. It comes up to date by itself once the connection is back.
    </Alert>
  );
}
