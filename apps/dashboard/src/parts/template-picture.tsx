import { AspectRatio, Center } from '@mantine/core';
import { IconFileText } from '@tabler/icons-react';
import type { DocumentKind } from '../api/documents.js';
import classes from './template-picture.module.css';

const PICTURES = import.meta.glob<string>('../pictures/templates/*.png', {
  eager: true,
  import: 'default',
  query: '?url',
});

/** What a document made from a built-in template looks like; a sheet of paper for the others. */
export function TemplatePicture({ templateId, kind }: { templateId: string; kind: DocumentKind }) {
  const picture = PICTURES[`../pictures/templates/${kind}-${templateId}.png`];
  return (
    <AspectRatio ratio={8 / 7} className={classes.sheet}>
      {picture ? (
        <img src={picture} alt="" loading="lazy" className={classes.picture} />
      ) : (
        <Center>
          <IconFileText size={36} stroke={1.2} aria-hidden />
        </Center>
      )}
    </AspectRatio>
  );
}
