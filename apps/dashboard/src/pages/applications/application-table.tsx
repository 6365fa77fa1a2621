import { NativeSelect } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { Application, ApplicationFilter, ApplicationSort } from '../../api/applications.js';
import { Surface } from '../../parts/surface.js';
import { VirtualRows } from '../../parts/virtual-rows.js';
import { ApplicationCells } from './application-cells.js';
import classes from './applications.module.css';

const COLUMNS: readonly { sort: ApplicationSort; label: string }[] = [
  { sort: 'company', label: 'Application' },
  { sort: 'sent', label: 'Sent' },
  { sort: 'opened', label: 'Opened by a person' },
  { sort: 'booked', label: 'Booked' },
  { sort: 'score', label: 'Interest' },
];

interface Props {
  applications: readonly Application[];
  total: number;
  filter: ApplicationFilter;
  setFilter: (filter: ApplicationFilter) => void;
  loadMore: () => unknown;
}

export function ApplicationTable({ applications, total, filter, setFilter, loadMore }: Props) {
  const sortBy = (sort: ApplicationSort) => {
    const firstOrder = sort === 'company' ? 'asc' : 'desc';
    const turned = filter.order === 'asc' ? 'desc' : 'asc';
    setFilter({ ...filter, sort, order: sort === filter.sort ? turned : firstOrder });
  };
  return (
    <>
      <NativeSelect
        className={classes.sort}
        label="Order by"
        value={filter.sort}
        onChange={(event) => sortBy(event.currentTarget.value as ApplicationSort)}
        data={COLUMNS.map(({ sort, label }) => ({ value: sort, label }))}
      />
      <Surface p={0}>
        <table aria-label="Applications" aria-rowcount={total + 1} className={classes.table}>
          <thead className={classes.head}>
            <tr aria-rowindex={1} className={classes.row}>
              {COLUMNS.map(({ sort, label }) => (
                <th
                  key={sort}
                  scope="col"
                  aria-sort={filter.sort === sort ? ARIA_SORT[filter.order] : 'none'}
                >
                  <button type="button" className={classes.sorter} onClick={() => sortBy(sort)}>
                    {label}
                    {filter.sort === sort && <Arrow order={filter.order} />}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <VirtualRows
            items={applications}
            keyOf={({ application_id }) => application_id}
            estimatedHeight={61}
            rowClass={classes.row}
            total={total}
            loadMore={loadMore}
            render={(application) => <ApplicationCells application={application} />}
          />
        </table>
      </Surface>
    </>
  );
}

const ARIA_SORT = { asc: 'ascending', desc: 'descending' } as const;

function Arrow({ order }: { order: 'asc' | 'desc' }) {
  return order === 'asc' ? <IconArrowUp size={14} aria-hidden /> : <IconArrowDown size={14} aria-hidden />;
}
