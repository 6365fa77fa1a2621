import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { CommandModule } from 'yargs';
import { type DocumentRequest, Documents, type GeneratedDocument } from '#client';
import { UsageError } from '../failure.js';
import { clientOptions, type GlobalOptions, list, show, table } from '../output.js';

type DocumentOptions = GlobalOptions & {
  file: string;
  user?: string;
  job?: string;
  application?: string;
  template?: string;
  company?: string;
  format?: 'docx' | 'pdf';
  out: string;
};

type Create = (documents: Documents, request: DocumentRequest) => Promise<GeneratedDocument>;

function documentCommand(name: string, describe: string, create: Create) {
  const command: CommandModule<GlobalOptions, DocumentOptions> = {
    command: `${name} <file>`,
    describe,
    builder: (yargs) =>
      yargs
        .positional('file', {
          type: 'string',
          demandOption: true,
          describe: 'What goes into it, as JSON; - reads the standard input',
        })
        .option('user', { type: 'string', describe: 'Whose profile the links come from' })
        .option('job', {
          type: 'string',
          describe: 'Job id: with it, or an application id, links are tracked',
        })
        .option('application', { type: 'string', describe: 'Application id' })
        .option('template', { type: 'string', describe: 'Template id' })
        .option('company', { type: 'string', describe: 'The company that it goes to' })
        .option('format', { choices: ['docx', 'pdf'] as const, describe: 'Word file or PDF' })
        .option('out', { type: 'string', default: '.', describe: 'Folder that the file goes to' })
        .example(`$0 ${name} ${name}.json --user jordan --job job-1`, 'tracked links for one job'),
    handler: async (options) => {
      const documents = new Documents(clientOptions(options));
      const request = { ...(await readRequest(options.file)), ...given(options) };
      const document = await create(documents, request);
      const file = join(options.out, document.filename);
      await writeFile(file, await documents.download(document.document_id, { format: options.format }));
      show(options, { ...document, file }, () => drawDocument(document, file));
    },
  };
  return command;
}

function given({ user, job, application, template, company, format }: DocumentOptions): DocumentRequest {
  const named = {
    user_id: user,
    job_id: job,
    application_id: application,
    template_id: template,
    company,
    format,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

async function readRequest(file: string): Promise<DocumentRequest> {
  const source = file === '-' ? 'The standard input' : file;
  try {
    const parsed: unknown = JSON.parse(
      file === '-' ? await text(process.stdin) : await readFile(file, 'utf8'),
    );
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as DocumentRequest;
    throw new UsageError(`${source} holds no JSON object.`);
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`${source} is not JSON: ${error.message}`);
    if (error instanceof Error && 'code' in error)
      throw new UsageError(`${source} cannot be read: ${error.message}`);
    throw error;
  }
}

function drawDocument({ tracking, links, warnings }: GeneratedDocument, file: string): string {
  const parts = [
    list([
      ['file', file],
      ['tracking', tracking.fallback ? `not tracked: ${tracking.reason}` : tracking.enabled ? 'on' : 'off'],
    ]),
    table(
      ['link', 'tracking id', 'leads to'],
      links.map((link) => [link.function, link.tracking_id, link.original_url]),
      'It has no links.',
    ),
    ...warnings.map((warning) => `Note: ${warning.message ?? warning.code}`),
  ];
  return parts.join('\n\n');
}

export const resume = documentCommand('resume', 'Makes a resume', (documents, request) =>
  documents.createResume(request),
);
export const coverLetter = documentCommand('cover-letter', 'Makes a cover letter', (documents, request) =>
  documents.createCoverLetter(request),
);
