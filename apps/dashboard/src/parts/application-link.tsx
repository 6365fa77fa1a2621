import { Anchor, type AnchorProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { applicationQuery } from '../api/applications.js';
import { nameApplication } from '../words/applications.js';

/** The way to an application, by its title and company as soon as they are known. */
export function ApplicationLink({ id, ...anchor }: AnchorProps & { id: string }) {
  const { data } = useQuery({ ...applicationQuery(id), staleTime: 60_000 });
  return (
    <Anchor
      inherit={!anchor.size}
      {...anchor}
      renderRoot={(props) => <Link to="/app/applications/$id" params={{ id }} {...props} />}
    >
      {data ? nameApplication(data) : id}
    </Anchor>
  );
}
