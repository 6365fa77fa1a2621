import { SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { templatesQuery } from '../../api/templates.js';
import { Page } from '../../parts/page.js';
import { ErrorState, LoadingRows } from '../../parts/states.js';
import { TemplateCard } from './template-card.js';
import { TemplateUploadForm } from './template-upload-form.js';

/** What documents are made from: the built-in looks and one's own. */
export function TemplatesPage() {
  const { data: templates, error, refetch, isPending } = useQuery(templatesQuery);
  return (
    <Page
      title="Templates"
      lead="Any Word document with tags such as {{full_name}} or {{calendly_url}} in it. Yours keeps its looks; the tags are filled in."
    >
      <TemplateUploadForm />
      {isPending && <LoadingRows rows={3} height={120} />}
      {error && <ErrorState error={error} retry={refetch} />}
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
        {templates?.map((template) => (
          <TemplateCard key={template.template_id} template={template} />
        ))}
      </SimpleGrid>
    </Page>
  );
}
