import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FunnelGroup, funnelQuery, type Rate } from '../../api/insights.js';
import { BarList } from '../../parts/bar-list.js';
import { LoadingRows } from '../../parts/states.js';
import { Surface } from '../../parts/surface.js';
import { sayInterval, sayShare } from '../../words/numbers.js';

const MOST_SHOWN = 6;

interface Props {
  days: number;
  groupBy: FunnelGroup;
  title: string;
  /** How a group is called, where that is not its name. */
  nameOf?: (group: string) => string;
}

/** Where applications were opened by a person, of how many that were sent. */
export function FunnelGroups({ days, groupBy, title, nameOf = String }: Props) {
  const { data, error, isPending } = useQuery(funnelQuery(days, groupBy));
  if (error) return null;
  const groups = data?.groups.toSorted((a, b) => b.opened - a.opened).slice(0, MOST_SHOWN) ?? [];
  return (
    <Surface
      title={title}
      note="Opened by a person, of those sent. The thin line: where the true share likely lies."
    >
      {isPending && <LoadingRows rows={3} height={32} />}
      {data && groups.length === 0 && <Text c="dimmed">Nothing was sent in this time.</Text>}
      <BarList
        rows={groups.map(({ group, sent, opened, rates, before }) => ({
          key: String(group),
          name: group === null ? 'Not known' : nameOf(group),
          share: sent === 0 ? 0 : opened / sent,
          interval: toInterval(rates.opened),
          words: [sayShare(opened, sent), sayInterval(rates.opened)].filter(Boolean).join(', '),
          note: `before: ${before ? sayShare(before.opened, before.sent) : 'nothing sent'}`,
        }))}
      />
    </Surface>
  );
}

function toInterval({ low, high }: Rate) {
  return low === null || high === null ? undefined : { low, high };
}
