import { Alert, Button, Group, Stack, Switch, TagsInput, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useLocalStorage } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Application } from '../../api/applications.js';
import { profileQuery } from '../../api/candidates.js';
import { useUserId } from '../../api/user-id.js';
import { Surface } from '../../parts/surface.js';
import { DocumentResult } from './document-result.js';
import { EducationFields } from './education-fields.js';
import { ExperienceFields } from './experience-fields.js';
import { type ImportedResume, JsonResumeImport } from './json-resume-import.js';
import { NameNeeded } from './name-needed.js';
import { EMPTY_RESUME, toResumeParts } from './resume-content.js';
import { referencesOf, TargetFields, targetOf } from './target-fields.js';
import { TemplateChoice } from './template-choice.js';
import { useDocument } from './use-document.js';

export function ResumeForm({ application }: { application: Application | undefined }) {
  const [userId] = useUserId();
  const { data: profile } = useQuery(profileQuery(userId));
  const [kept, keep] = useLocalStorage({
    key: 'footfall.resume',
    defaultValue: EMPTY_RESUME,
    getInitialValueInEffect: false,
  });
  const [imported, setImported] = useState<ImportedResume>();
  const [templateId, setTemplateId] = useState<string>();
  const { mutate, data: document, error, isPending } = useDocument('resume');
  const form = useForm({ initialValues: { target: targetOf(application), track: true, content: kept } });
  const hasName = Boolean(profile?.first_name || profile?.last_name || imported);

  const submit = ({ target, track, content }: typeof form.values) => {
    keep(content);
    mutate({
      ...referencesOf(target, application),
      user_id: userId,
      target_position: target.title,
      company: target.company,
      job_board: target.job_board,
      template_id: templateId,
      track,
      ...(imported && { json_resume: imported.content }),
      ...toResumeParts(content),
    });
  };

  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack gap="lg">
        <Surface title="What it is for">
          <TargetFields form={form} />
        </Surface>
        <Surface
          title="What it says"
          note="Your name and addresses come from your profile. What you write here is kept in this browser for the next one."
        >
          <JsonResumeImport imported={imported} setImported={setImported} />
          <Textarea
            label="Summary"
            autosize
            minRows={3}
            placeholder="Two or three sentences."
            {...form.getInputProps('content.professional_summary')}
          />
          <ExperienceFields form={form} />
          <EducationFields form={form} />
          <TagsInput
            label="Technical skills"
            description="Enter after each."
            {...form.getInputProps('content.technical')}
          />
          <TagsInput label="Other skills" {...form.getInputProps('content.soft')} />
        </Surface>
        <Surface title="How it looks">
          <TemplateChoice kind="resume" value={templateId} onChange={setTemplateId} />
          <Switch
            label="Track the links"
            description="Off: your own addresses go in, and nobody learns of a click."
            {...form.getInputProps('track', { type: 'checkbox' })}
          />
        </Surface>
        {profile && !hasName && <NameNeeded />}
        {error && (
          <Alert color="red" title="No document was made" role="alert">
            {error.message}
          </Alert>
        )}
        <Group>
          <Button type="submit" size="md" loading={isPending} disabled={profile && !hasName}>
            Make the resume
          </Button>
        </Group>
        {document && (
          <DocumentResult document={document} target={referencesOf(form.values.target, application)} />
        )}
      </Stack>
    </form>
  );
}
