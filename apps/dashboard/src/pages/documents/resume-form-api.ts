import type { UseFormReturnType } from '@mantine/form';
import type { ResumeContent } from './resume-content.js';
import type { Target } from './target-fields.js';

export type ResumeFormApi = UseFormReturnType<{ target: Target; track: boolean; content: ResumeContent }>;
