// Every check and every test, in one run that provisions what it needs. `npm test -- --quick` leaves the end-to-end
// journeys out. The last line counts over all of them: `tests: N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
process.chdir(root);
const scratch = mkdtempSync(join(tmpdir(), 'footfall-test-'));
const total = { passed: 0, failed: 0 };

/** A check that passes or fails as a whole counts as one test. */
function check(name, command, args, options = {}) {
  process.stdout.write(`\n# ${name}\n`);
  const { status } = spawnSync(join(root, 'node_modules/.bin', command), args, {
    stdio: 'inherit',
    ...options,
  });
  total[status === 0 ? 'passed' : 'failed'] += 1;
}

function checkGeneratedCode() {
  process.stdout.write('\n# generated gRPC code is current\n');
  const fresh = join(scratch, 'generated');
  const generate = spawnSync(join(root, 'node_modules/.bin/buf'), ['generate', '-o', fresh], {
    cwd: 'libs/contracts',
    stdio: 'inherit',
  });
  const diff = spawnSync('diff', ['-r', join(fresh, 'src/generated'), 'libs/contracts/src/generated'], {
    stdio: 'inherit',
  });
  const current = generate.status === 0 && diff.status === 0;
  if (!current) process.stdout.write('Run "npm run generate" and commit the result.\n');
  total[current ? 'passed' : 'failed'] += 1;
}

function jest(projects) {
  process.stdout.write(`\n# jest: ${projects.join(', ')}\n`);
  const report = join(scratch, `${projects.join('-')}.json`);
  const { status } = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      '--selectProjects',
      ...projects,
      '--json',
      `--outputFile=${report}`,
      // Ends what hangs; a machine with other work takes its time over what ends.
      '--testTimeout=60000',
      ...(projects.includes('unit') ? [] : ['--maxWorkers=1']),
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const result = readReport(report);
  total.passed += result.numPassedTests;
  // A suite that cannot even be loaded, and a run that ends badly with every test green, are failures too.
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  total.failed += failed === 0 && status !== 0 ? 1 : failed;
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    process.stdout.write('jest ended without a report.\n');
    return { numPassedTests: 0, numFailedTests: 1, numRuntimeErrorTestSuites: 0 };
  }
}

check('lint and format', 'biome', ['check', '--error-on-warnings', '.']);
check('types', 'tsc', ['-p', 'tsconfig.json']);
check('types of the dashboard', 'tsc', ['-p', 'apps/dashboard/tsconfig.json']);
check('dependency rule and circular imports', 'depcruise', ['--output-type', 'err', 'apps', 'libs', 'test']);
check('protos: lint', 'buf', ['lint'], { cwd: 'libs/contracts' });
check('protos: nothing released breaks', 'buf', ['breaking', '--against', 'released.binpb'], {
  cwd: 'libs/contracts',
});
checkGeneratedCode();
check('licences, lockfile, and packages that nothing imports', 'node', ['scripts/licences.mjs']);
check('described answers are those of the code', 'node', ['scripts/generate-openapi-answers.mjs', '--check']);
check('fuzzing, for a quarter of a minute', 'node', ['scripts/fuzz.mjs', '--minutes', '0.25']);
jest(['unit']);
jest(['medium']);
if (!process.argv.includes('--quick')) jest(['e2e']);

rmSync(scratch, { recursive: true, force: true });
process.stdout.write(`\ntests: ${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
