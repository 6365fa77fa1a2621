import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../parts/states.js';

export function NotFoundPage() {
  return (
    <EmptyState
      icon={IconMapOff}
      title="There is no such page"
      action={
        <Button component={Link} to="/">
          To the overview
        </Button>
      }
    >
      The address may have a slip in it.
    </EmptyState>
  );
}
