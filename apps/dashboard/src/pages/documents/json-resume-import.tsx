import { Alert, Button, FileButton, Group, Text } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useState } from 'react';
import { sayMany } from '../../words/numbers.js';

/** A resume in the format of jsonresume.org, as it was read. */
export interface ImportedResume {
  filename: string;
  content: { basics?: { name?: string }; work?: unknown[]; education?: unknown[]; skills?: unknown[] };
}

interface Props {
  imported: ImportedResume | undefined;
  setImported: (imported: ImportedResume | undefined) => void;
}

/** Takes a resume that exists already; nothing of it is lost, and what is filled in below goes before it. */
export function JsonResumeImport({ imported, setImported }: Props) {
  const [fault, setFault] = useState<string>();
  const read = async (file: File | null) => {
    if (!file) return;
    try {
      const content: unknown = JSON.parse(await file.text());
      if (typeof content !== 'object' || content === null || Array.isArray(content)) throw new SyntaxError();
      setImported({ filename: file.name, content });
      setFault(undefined);
    } catch {
      setFault(`“${file.name}” is not JSON. A JSON Resume begins with { "basics": …`);
    }
  };
  if (imported) {
    const { basics, work = [], education = [], skills = [] } = imported.content;
    const parts = [
      sayMany(work.length, 'job'),
      sayMany(education.length, 'school'),
      sayMany(skills.length, 'skill group'),
    ];
    return (
      <Alert icon={<IconFileImport aria-hidden />} title={`From ${imported.filename}`}>
        <Text size="sm">
          {basics?.name && `${basics.name}: `}
          {parts.join(', ')}. What you fill in below goes before it.
        </Text>
        <Button size="compact-sm" variant="subtle" mt="xs" onClick={() => setImported(undefined)}>
          Leave it out
        </Button>
      </Alert>
    );
  }
  return (
    <>
      <Group gap="sm">
        <FileButton onChange={(file) => void read(file)} accept="application/json,.json">
          {(props) => (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconFileImport size={16} aria-hidden />}
              {...props}
            >
              Import a JSON Resume
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed">
          or fill in what follows
        </Text>
      </Group>
      {fault && <Alert color="red">{fault}</Alert>}
    </>
  );
}
