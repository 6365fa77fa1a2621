import { IconLink } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { type Link, type LinkFilter, linksQuery } from '../../api/links.js';
import { EmptyState, ErrorState, LoadingRows } from '../../parts/states.js';
import { Surface } from '../../parts/surface.js';
import { VirtualRows } from '../../parts/virtual-rows.js';
import { BulkBar } from './bulk-bar.js';
import { LinkDrawer } from './link-drawer.js';
import { LinkRow } from './link-row.js';

/** Links newest first, each with what can be done about it. */
export function LinkList({ filter }: { filter: LinkFilter }) {
  const { data, error, refetch, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery(linksQuery(filter));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [openLink, setOpenLink] = useState<Link>();
  const links = data?.pages.flatMap((page) => page.links) ?? [];
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  const choose = (trackingId: string, isChosen: boolean) => {
    const next = new Set(chosen);
    if (isChosen) next.add(trackingId);
    else next.delete(trackingId);
    setChosen(next);
  };

  if (isPending) return <LoadingRows rows={8} height={64} />;
  if (error) return <ErrorState error={error} retry={refetch} />;
  if (links.length === 0) {
    return (
      <Surface>
        <EmptyState icon={IconLink} title="No links here">
          Every document made for an application brings its own links along, and they are listed here.
        </EmptyState>
      </Surface>
    );
  }
  return (
    <>
      <BulkBar
        links={links}
        chosen={chosen}
        chooseAll={() => setChosen(new Set(links.map((link) => link.tracking_id)))}
        clear={() => setChosen(new Set())}
      />
      <Surface p={0}>
        <VirtualRows
          label="Links"
          items={links}
          keyOf={(link) => link.tracking_id}
          estimatedHeight={76}
          total={hasNextPage ? -1 : links.length}
          loadMore={loadMore}
          render={(link) => (
            <LinkRow
              link={link}
              withApplication={filter.application_id === undefined}
              isChosen={chosen.has(link.tracking_id)}
              choose={(isChosen) => choose(link.tracking_id, isChosen)}
              open={() => setOpenLink(link)}
            />
          )}
        />
        {isFetchingNextPage && <LoadingRows rows={2} height={64} />}
      </Surface>
      <LinkDrawer link={openLink} close={() => setOpenLink(undefined)} />
    </>
  );
}
