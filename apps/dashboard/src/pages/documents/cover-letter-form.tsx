import { Alert, Button, Group, SimpleGrid, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Application } from '../../api/applications.js';
import { profileQuery } from '../../api/candidates.js';
import { useUserId } from '../../api/user-id.js';
import { Surface } from '../../parts/surface.js';
import { DocumentResult } from './document-result.js';
import { NameNeeded } from './name-needed.js';
import { referencesOf, TargetFields, targetOf } from './target-fields.js';
import { TemplateChoice } from './template-choice.js';
import { useDocument } from './use-document.js';

export function CoverLetterForm({ application }: { application: Application | undefined }) {
  const [userId] = useUserId();
  const { data: profile } = useQuery(profileQuery(userId));
  const [templateId, setTemplateId] = useState<string>();
  const { mutate, data: document, error, isPending } = useDocument('cover_letter');
  const form = useForm({
    initialValues: {
      target: targetOf(application),
      recipient: { name: '', title: '', address: '' },
      opening: '',
      body: '',
      closing: '',
      track: true,
    },
  });
  const hasName = Boolean(profile?.first_name || profile?.last_name);

  const submit = ({ target, recipient, opening, body, closing, track }: typeof form.values) =>
    mutate({
      ...referencesOf(target, application),
      user_id: userId,
      company: target.company,
      job_board: target.job_board,
      position: { title: target.title },
      recipient: { ...recipient, company: target.company },
      content: {
        opening_paragraph: opening,
        body_paragraphs: body.split(/\n\s*\n/).filter((paragraph) => paragraph.trim()),
        closing_paragraph: closing,
      },
      template_id: templateId,
      track,
    });

  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack gap="lg">
        <Surface title="What it is for">
          <TargetFields form={form} />
        </Surface>
        <Surface title="Who reads it" note="All of it may stay empty.">
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput label="Name" placeholder="Morgan Ellis" {...form.getInputProps('recipient.name')} />
            <TextInput
              label="Position"
              placeholder="Head of Marketing"
              {...form.getInputProps('recipient.title')}
            />
          </SimpleGrid>
          <Textarea label="Address" autosize minRows={2} {...form.getInputProps('recipient.address')} />
        </Surface>
        <Surface title="What it says" note="{{calendly_url}} in the text becomes your tracked link.">
          <Textarea label="Opening" autosize minRows={2} required {...form.getInputProps('opening')} />
          <Textarea
            label="Body"
            description="An empty line begins a new paragraph."
            autosize
            minRows={5}
            {...form.getInputProps('body')}
          />
          <Textarea label="Closing" autosize minRows={2} {...form.getInputProps('closing')} />
        </Surface>
        <Surface title="How it looks">
          <TemplateChoice kind="cover_letter" value={templateId} onChange={setTemplateId} />
          <Switch label="Track the links" {...form.getInputProps('track', { type: 'checkbox' })} />
        </Surface>
        {profile && !hasName && <NameNeeded />}
        {error && (
          <Alert color="red" title="No document was made" role="alert">
            {error.message}
          </Alert>
        )}
        <Group>
          <Button type="submit" size="md" loading={isPending} disabled={profile && !hasName}>
            Make the cover letter
          </Button>
        </Group>
        {document && (
          <DocumentResult document={document} target={referencesOf(form.values.target, application)} />
        )}
      </Stack>
    </form>
  );
}
