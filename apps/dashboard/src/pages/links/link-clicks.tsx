import { Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { linkAnalyticsQuery } from '../../api/clicks.js';
import { ClickLine } from '../../parts/click-line.js';
import { ErrorState, isMissing, LoadingRows } from '../../parts/states.js';
import { sayMany } from '../../words/numbers.js';

/** Who came by one link, newest first. */
export function LinkClicks({ trackingId }: { trackingId: string }) {
  const { data, error, refetch, isPending } = useQuery(linkAnalyticsQuery(trackingId));
  if (isPending) return <LoadingRows rows={3} />;
  if (error && !isMissing(error)) return <ErrorState error={error} retry={refetch} />;
  const clicks = data?.click_timeline ?? [];
  return (
    <Stack gap={0}>
      <Title order={2} size="h5">
        Who came
      </Title>
      <Text size="sm" c="dimmed">
        {data && data.click_statistics.total_clicks > 0
          ? `${sayMany(data.click_statistics.human_clicks, 'click')} by people, ${sayMany(data.click_statistics.total_clicks, 'click')} in all.`
          : 'Nobody yet.'}
      </Text>
      {clicks.map((click) => (
        <ClickLine key={click.click_id} click={click} at={click.clicked_at} />
      ))}
    </Stack>
  );
}
