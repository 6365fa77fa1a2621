import { Alert, Button, Group, NumberInput, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { anonymizeClicks } from '../../api/privacy.js';
import { Surface } from '../../parts/surface.js';
import { sayMany } from '../../words/numbers.js';

/** Takes from clicks what could name a visitor, before their age does. */
export function AnonymizeForm({ userId }: { userId: string }) {
  const queryClient = useQueryClient();
  const [days, setDays] = useState<number | string>(1);
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => anonymizeClicks({ user_id: userId, older_than_days: Number(days) }),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  return (
    <Surface
      title="Anonymise clicks"
      note="Takes addresses, browsers’ names for themselves, cities and headers from your clicks for good. They stay counted, with device, system and country."
    >
      <NumberInput
        label="Clicks older than so many days"
        description="A day at least: until then they tell machines from people."
        min={1}
        max={3_650}
        allowDecimal={false}
        value={days}
        onChange={setDays}
        maw={320}
      />
      {error && (
        <Alert color="red" role="alert">
          {error.message}
        </Alert>
      )}
      <Group>
        <Button variant="default" loading={isPending} disabled={days === ''} onClick={() => mutate()}>
          Remove addresses now
        </Button>
        <Text size="sm" role="status">
          {isPending && 'Removing …'}
          {data && !isPending && sayRemoved(data.anonymized_clicks)}
        </Text>
      </Group>
    </Surface>
  );
}

function sayRemoved(clicks: number): string {
  if (clicks === 0) return 'No click had any.';
  return `${sayMany(clicks, 'click')} lost ${clicks === 1 ? 'its address' : 'their addresses'}.`;
}
