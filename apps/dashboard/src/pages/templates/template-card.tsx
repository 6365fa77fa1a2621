import { Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Template } from '../../api/templates.js';
import surface from '../../parts/surface.module.css';
import { TemplatePicture } from '../../parts/template-picture.js';
import { When } from '../../parts/when.js';
import { DefaultButtons } from './default-buttons.js';
import { DeleteTemplate } from './delete-template.js';
import { TemplateTags } from './template-tags.js';

const KINDS = { resume: 'Resume', cover_letter: 'Cover letter' };

/** One template: its picture, what it is for, and what can be done with it. */
export function TemplateCard({ template }: { template: Template }) {
  const [isOpen, { toggle }] = useDisclosure();
  const { template_id, name, kinds, built_in } = template;
  return (
    <Paper className={surface.surface} p="md">
      <Stack gap="sm">
        <Group wrap="nowrap" gap="xs">
          {kinds.map((kind) => (
            <div key={kind} style={{ flex: 1, maxWidth: 150 }}>
              <TemplatePicture templateId={template_id} kind={kind} />
            </div>
          ))}
        </Group>
        <div>
          <Title order={2} size="h5" tt={built_in ? 'capitalize' : undefined}>
            {name}
          </Title>
          <Text size="sm" c="dimmed">
            {template.built_in ? 'Comes with Footfall' : `Version ${template.version}, `}
            {!template.built_in && <When at={template.updated_at} />}
          </Text>
        </div>
        <Group gap={6}>
          {kinds.map((kind) => (
            <Badge key={kind} variant="light" color="gray" tt="none">
              {KINDS[kind]}
            </Badge>
          ))}
        </Group>
        <DefaultButtons template={template} />
        <Group gap="xs">
          <Button size="compact-sm" variant="subtle" onClick={toggle} aria-expanded={isOpen}>
            {isOpen ? 'Hide its tags' : 'Show its tags'}
          </Button>
          {!built_in && <DeleteTemplate template={template} />}
        </Group>
        {isOpen && <TemplateTags id={template_id} />}
      </Stack>
    </Paper>
  );
}
