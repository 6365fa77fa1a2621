import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import classes from './virtual-rows.module.css';

interface Props<Item> {
  items: readonly Item[];
  keyOf: (item: Item) => string;
  render: (item: Item, index: number) => ReactNode;
  /** What a row is before it has been measured, px. */
  estimatedHeight: number;
  /** The name of the list; without one the rows belong to the table around them. */
  label?: string;
  /** How a row is laid out. */
  rowClass?: string | undefined;
  /** Of all rows, also those that are not loaded yet; -1 while nobody knows. */
  total: number;
  /** Asked for as the last row comes into sight. */
  loadMore?: () => unknown;
}

/** Rows of a long list, of which only those in sight exist. The window scrolls. */
export function VirtualRows<Item>(props: Props<Item>) {
  const { items, keyOf, render, estimatedHeight, label, rowClass, total, loadMore } = props;
  const frame = useRef<HTMLUListElement & HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(frame.current?.offsetTop ?? 0), []);
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => estimatedHeight,
    scrollMargin: top,
    overscan: 8,
    getItemKey: (index) => {
      const item = items[index];
      return item ? keyOf(item) : index;
    },
  });
  const visible = rows.getVirtualItems();
  const last = visible.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= items.length - 1) void loadMore?.();
  }, [last, items.length, loadMore]);

  const Frame = label ? 'ul' : 'tbody';
  const Row = label ? 'li' : 'tr';
  return (
    <Frame ref={frame} className={classes.frame} style={{ height: rows.getTotalSize() }} aria-label={label}>
      {visible.map(({ index, key, start }) => {
        const item = items[index];
        if (!item) return null;
        return (
          <Row
            key={key}
            data-index={index}
            ref={rows.measureElement}
            className={`${classes.row} ${rowClass ?? ''}`}
            style={{ transform: `translateY(${start - top}px)` }}
            {...(label
              ? { 'aria-posinset': index + 1, 'aria-setsize': total }
              : { 'aria-rowindex': index + 2 })}
          >
            {render(item, index)}
          </Row>
        );
      })}
    </Frame>
  );
}
