import { Text } from '@mantine/core';
import type { Report } from '../../api/report.js';
import { BarList } from '../../parts/bar-list.js';
import { Surface } from '../../parts/surface.js';
import { sayFunction } from '../../words/clicks.js';
import { sayMany } from '../../words/numbers.js';

/** Which kind of link people follow. */
export function LinkFunctions({ performance }: { performance: Report['function_performance'] }) {
  const most = Math.max(1, ...performance.map(({ human_clicks }) => human_clicks));
  return (
    <Surface title="What people click" note="Clicks by people, and on how many links they could fall.">
      {performance.length === 0 ? (
        <Text c="dimmed">No links yet.</Text>
      ) : (
        <BarList
          rows={performance
            .toSorted((a, b) => b.human_clicks - a.human_clicks)
            .map(({ link_function, human_clicks, link_count }) => ({
              name: sayFunction(link_function),
              share: human_clicks / most,
              words: `${sayMany(human_clicks, 'click')} on ${sayMany(link_count, 'link')}`,
            }))}
        />
      )}
    </Surface>
  );
}
