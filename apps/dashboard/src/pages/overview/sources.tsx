import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { sourcesQuery } from '../../api/insights.js';
import { BarList } from '../../parts/bar-list.js';
import { LoadingRows } from '../../parts/states.js';
import { Surface } from '../../parts/surface.js';
import { saySource } from '../../words/clicks.js';
import { sayCount, sayMany } from '../../words/numbers.js';

const MOST_SHOWN = 6;

/** Where people came from. */
export function Sources({ days }: { days: number }) {
  const { data, error, isPending } = useQuery(sourcesQuery(days));
  if (error) return null;
  const sources = data?.sources.slice(0, MOST_SHOWN) ?? [];
  const most = Math.max(1, ...sources.map(({ human_clicks }) => human_clicks));
  return (
    <Surface title="Sources" note="Clicks by people, by where they came from; all clicks beside them.">
      {isPending && <LoadingRows rows={3} height={32} />}
      {data && sources.length === 0 && <Text c="dimmed">No clicks in this time.</Text>}
      <BarList
        rows={sources.map(({ source, human_clicks, total_clicks, before }) => ({
          key: source,
          name: saySource(source),
          share: human_clicks / most,
          words: `${sayMany(human_clicks, 'click')} of ${sayCount(total_clicks)}`,
          note: `before: ${sayCount(before?.human_clicks ?? 0)} of ${sayCount(before?.total_clicks ?? 0)}`,
        }))}
      />
    </Surface>
  );
}
