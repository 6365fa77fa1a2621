import { canInstallDebianPackages, installDebianPackage } from '#platform';
import { findSoffice } from '../src/pdf/soffice.js';

/**
 * Makes sure that there is a LibreOffice for tests: root on Debian gets it from apt-get, announced, which takes a
 * minute or two. Otherwise throws and says what to install: tests never skip silently.
 */
export function ensureLibreOffice(): void {
  if (findSoffice()) return;
  const advice =
    'install LibreOffice (Debian and Ubuntu: apt-get install libreoffice-writer-nogui) so that soffice is on the PATH';
  if (!canInstallDebianPackages()) throw new Error(`There is no LibreOffice here: ${advice}.`);
  const failure = installDebianPackage('libreoffice-writer-nogui', (line) =>
    process.stderr.write(`${line}\n`),
  );
  if (!findSoffice()) throw new Error(`apt-get could not install LibreOffice (${failure}): ${advice}.`);
}
