import { Alert, Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';

/** A document needs to know whose it is. */
export function NameNeeded() {
  return (
    <Alert color="yellow" title="Whose document is it?">
      Your profile has no name yet.{' '}
      <Anchor inherit renderRoot={(props) => <Link to="/app/settings" {...props} />}>
        Fill it in
      </Anchor>{' '}
      first.
    </Alert>
  );
}
