import { Alert, Anchor, Group, List, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { documentUrl, type GeneratedDocument } from '../../api/documents.js';
import { ApplicationLink } from '../../parts/application-link.js';
import { CopyLink } from '../../parts/copy-link.js';
import { DownloadButton } from '../../parts/download-button.js';
import { Surface } from '../../parts/surface.js';
import { sayFunction } from '../../words/clicks.js';

interface Props {
  document: GeneratedDocument;
  target: { application_id: string };
}

/** The document, its links, and what to know about it. */
export function DocumentResult({ document, target }: Props) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (document) place.current?.scrollIntoView({ block: 'nearest' });
  }, [document]);
  const { document_id, filename, links, warnings, tracking } = document;
  const name = filename.replace(/\.\w+$/, '');
  return (
    <div ref={place}>
      <Surface>
        <Group gap="xs" role="status">
          <IconCircleCheck color="var(--footfall-people)" aria-hidden />
          <Text fw={650}>{filename} is ready</Text>
        </Group>
        <Group gap="xs">
          <DownloadButton variant="filled" href={documentUrl(document_id, 'docx')} filename={`${name}.docx`}>
            Download .docx
          </DownloadButton>
          <DownloadButton isMadeOnRequest href={documentUrl(document_id, 'pdf')} filename={`${name}.pdf`}>
            Download PDF
          </DownloadButton>
          <Text size="sm">
            See it at <ApplicationLink id={target.application_id} />
          </Text>
        </Group>
        {!tracking.enabled && (
          <Alert color="yellow">The links in it are not tracked: your own addresses went in.</Alert>
        )}
        {warnings.length > 0 && (
          <Alert color="yellow" title="Good to know">
            <List size="sm" spacing={4}>
              {warnings.map((warning) => (
                <List.Item key={`${warning.code} ${warning.message}`}>{warning.message}</List.Item>
              ))}
            </List>
          </Alert>
        )}
        {links.map((link) => (
          <div key={link.variable}>
            <Text size="sm">
              <b>{sayFunction(link.function)}</b> leads to{' '}
              <Anchor inherit href={link.original_url} target="_blank" rel="noreferrer">
                {link.original_url}
              </Anchor>
            </Text>
            {link.redirect_url && <CopyLink url={link.redirect_url} />}
          </div>
        ))}
      </Surface>
    </div>
  );
}
