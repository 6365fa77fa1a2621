import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Keeps LibreOffice from fetching what a document names: linked pictures and documents of the network and of this
 * machine's disk alike. Three walls, each of which holds alone against what LibreOffice was seen to fetch from the
 * network:
 *
 * 1. settings in its profile, which every account has: no document may bring in what lies outside of it;
 * 2. a network namespace with nothing in it, where the kernel and this account allow one;
 * 3. proxies that lead nowhere.
 *
 * The settings are also the wall before the disk.
 */
const SETTINGS = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
  <item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
  <item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
  <item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
</oor:items>
`;

/** Port 9 discards: what asks for a proxy gets nowhere. */
const NOWHERE = 'http://127.0.0.1:9';
export const NO_PROXY_LEADS_ANYWHERE = {
  http_proxy: NOWHERE,
  https_proxy: NOWHERE,
  ftp_proxy: NOWHERE,
  all_proxy: NOWHERE,
};

/** Makes a profile whose documents stay among themselves; one that is there already is left as it is. */
export async function prepareProfile(profile: string): Promise<void> {
  const folder = join(profile, 'user');
  await mkdir(folder, { recursive: true });
  try {
    // LibreOffice writes its own settings into the same file.
    await writeFile(join(folder, 'registrymodifications.xcu'), SETTINGS, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

let found: string[] | undefined;

/** The command that runs another one without network; empty where this account may not have one. */
export function networkNamespace(): string[] {
  const ways = [
    ['unshare', '-n', '--'],
    ['unshare', '-r', '-n', '--'],
  ];
  found ??= ways.find(([program = '', ...args]) => spawnSync(program, [...args, 'true']).status === 0) ?? [];
  return found;
}
