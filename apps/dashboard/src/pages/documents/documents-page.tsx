import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { applicationQuery } from '../../api/applications.js';
import type { DocumentKind } from '../../api/documents.js';
import { Page } from '../../parts/page.js';
import { LoadingRows } from '../../parts/states.js';
import { CoverLetterForm } from './cover-letter-form.js';
import { ResumeForm } from './resume-form.js';

const KINDS = [
  { value: 'resume', label: 'Resume' },
  { value: 'cover_letter', label: 'Cover letter' },
];

/** Makes a resume or a cover letter for one application. */
export function DocumentsPage() {
  const { application: id } = useSearch({ from: '/app/documents' });
  const [kind, setKind] = useState<DocumentKind>('resume');
  const { data: application, isLoading } = useQuery({
    ...applicationQuery(id ?? ''),
    enabled: id !== undefined,
  });
  if (isLoading) return <LoadingRows rows={6} height={72} />;
  return (
    <Page
      title="Documents"
      lead="A document made for one application. Its links are unique to it, so you see whether somebody followed them."
      actions={
        <SegmentedControl
          aria-label="Kind of document"
          data={KINDS}
          value={kind}
          onChange={(value) => setKind(value as DocumentKind)}
        />
      }
    >
      {kind === 'resume' ? (
        <ResumeForm application={application} />
      ) : (
        <CoverLetterForm application={application} />
      )}
    </Page>
  );
}
