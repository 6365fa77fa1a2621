import { Button } from '@mantine/core';
import { IconBriefcase, IconSearchOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../../parts/states.js';
import { Surface } from '../../parts/surface.js';

/** Why the list is empty: nothing fits, or nothing is there yet. */
export function NoApplications({ isNarrowed }: { isNarrowed: boolean }) {
  return (
    <Surface>
      {isNarrowed ? (
        <EmptyState icon={IconSearchOff} title="None fits">
          Search for fewer words, or look at all of them.
        </EmptyState>
      ) : (
        <EmptyState
          icon={IconBriefcase}
          title="No applications yet"
          action={
            <Button component={Link} to="/app/documents">
              Make a document
            </Button>
          }
        >
          An application appears here with the first resume or cover letter that is made for it.
        </EmptyState>
      )}
    </Surface>
  );
}
