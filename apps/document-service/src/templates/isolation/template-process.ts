/**
 * The program of a process that reads templates people have uploaded. It may read its own code and nothing else on
 * disk, holds no setting and no connection, and is killed when it takes too long: see `template-processes.service.ts`.
 */
import { doTemplateJob, READY, type TemplateJob } from './template-job.js';

process.on('message', async (job: TemplateJob) => {
  process.send?.(await doTemplateJob(job));
});
process.on('disconnect', () => process.exit());
process.send?.(READY);
