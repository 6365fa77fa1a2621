import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NO_PROXY_LEADS_ANYWHERE, networkNamespace, prepareProfile } from './soffice-offline.js';

/** Longest one conversion may take before LibreOffice is killed; an ordinary one takes about a second. */
const DEADLINE_MS = 30_000;

/** Path of LibreOffice's program, undefined when it is not on the PATH. */
export function findSoffice(path = process.env.PATH ?? ''): string | undefined {
  return path
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, 'soffice'))
    .find(isExecutable);
}

export interface Soffice {
  program: string;
  /** A folder that no other conversion uses at the same time; LibreOffice keeps its settings there. */
  profile: string;
  /** The command it runs under. */
  namespace?: string[];
}

/**
 * Converts a .docx with headless LibreOffice, which fetches nothing that the document names.
 * LibreOffice's exit code says nothing, so the PDF is what counts: throws when there is none.
 */
export async function convertBySoffice(
  docx: Uint8Array,
  { program, profile, namespace = networkNamespace() }: Soffice,
): Promise<Buffer> {
  await prepareProfile(profile);
  const work = await mkdtemp(join(tmpdir(), 'footfall-pdf-'));
  try {
    const source = join(work, 'document.docx');
    await writeFile(source, docx);
    await run([
      ...namespace,
      program,
      `-env:UserInstallation=${pathToFileURL(profile).href}`,
      '--headless',
      '--norestore',
      '--convert-to',
      'pdf:writer_pdf_Export',
      '--outdir',
      work,
      source,
    ]);
    return await readFile(join(work, 'document.pdf'));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Runs in a process group of its own, all of which is killed when the time is over. */
async function run([program = '', ...args]: string[]): Promise<void> {
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, HOME: tmpdir(), LANG: 'C.UTF-8', ...NO_PROXY_LEADS_ANYWHERE },
  });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-1_000);
  });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    killGroup(child);
  }, DEADLINE_MS);
  try {
    await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  } finally {
    clearTimeout(timer);
  }
  if (isLate) throw new Error(`LibreOffice took longer than ${DEADLINE_MS} ms: ${complaint}`);
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
