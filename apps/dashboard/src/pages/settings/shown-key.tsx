import { Alert, Text } from '@mantine/core';
import { CopyLink } from '../../parts/copy-link.js';

/** A key, the one time that it can be seen. */
export function ShownKey({ value }: { value: string }) {
  return (
    <Alert title="The key, shown this once" role="status">
      <Text size="sm">Copy it now: Footfall keeps only a fingerprint of it.</Text>
      <CopyLink url={value} label="Copy the key" />
    </Alert>
  );
}
