import { Group, Radio, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { DocumentKind } from '../../api/documents.js';
import { chosenTemplatesQuery, templatesQuery } from '../../api/templates.js';
import { useUserId } from '../../api/user-id.js';
import { LoadingRows } from '../../parts/states.js';
import { TemplatePicture } from '../../parts/template-picture.js';
import classes from './documents.module.css';

interface Props {
  kind: DocumentKind;
  value: string | undefined;
  onChange: (templateId: string) => void;
}

/** Templates by their pictures. */
export function TemplateChoice({ kind, value, onChange }: Props) {
  const [userId] = useUserId();
  const { data: templates, isPending } = useQuery(templatesQuery);
  const { data: chosen } = useQuery(chosenTemplatesQuery(userId));
  if (isPending) return <LoadingRows rows={1} height={180} />;
  return (
    <Radio.Group
      label="Template"
      value={value ?? chosen?.[kind] ?? 'classic'}
      onChange={onChange}
      classNames={{ label: classes.legend }}
    >
      <div className={classes.templates}>
        {templates
          ?.filter(({ kinds }) => kinds.includes(kind))
          .map(({ template_id, name }) => (
            <Radio.Card key={template_id} value={template_id} className={classes.template}>
              <TemplatePicture templateId={template_id} kind={kind} />
              <Group gap={8} wrap="nowrap" mt={8}>
                <Radio.Indicator size="xs" />
                <Text size="sm" tt={name === template_id ? 'capitalize' : undefined} truncate>
                  {name}
                </Text>
              </Group>
            </Radio.Card>
          ))}
      </div>
    </Radio.Group>
  );
}
