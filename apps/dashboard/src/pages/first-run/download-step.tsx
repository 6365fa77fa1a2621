import { Alert, Button, Group, Text } from '@mantine/core';
import { documentUrl, type GeneratedDocument } from '../../api/documents.js';
import { DownloadButton } from '../../parts/download-button.js';
import { Surface } from '../../parts/surface.js';

export function DownloadStep({ document, next }: { document: GeneratedDocument; next: () => void }) {
  return (
    <Surface title="Your resume is ready" note={document.filename}>
      <Text size="sm">
        Open it in Word, Pages, Google Docs or LibreOffice: it looks like any resume, and its links are real.
        Every document you make has links of its own, so a click says which application it came from.
      </Text>
      {document.links.length === 0 && (
        <Alert color="yellow">There is no link in it: go back and give at least one address of yours.</Alert>
      )}
      <Group gap="xs">
        <DownloadButton
          variant="filled"
          href={documentUrl(document.document_id, 'docx')}
          filename={document.filename}
        >
          Download the resume
        </DownloadButton>
        <Button variant="default" onClick={next} disabled={document.links.length === 0}>
          Next
        </Button>
      </Group>
    </Surface>
  );
}
