#!/usr/bin/env node
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { audit } from './commands/audit.js';
import { coverLetter, resume } from './commands/documents.js';
import { keys } from './commands/keys.js';
import { links } from './commands/links.js';
import { redrive } from './commands/operations.js';
import { erase, exportData } from './commands/privacy.js';
import { profile } from './commands/profile.js';
import { report } from './commands/report.js';
import { tail } from './commands/tail.js';
import { EXIT_CODES, exitCodeOf, explain } from './failure.js';

const command = yargs(hideBin(process.argv))
  .scriptName('footfall')
  .usage('$0 <command> [options]')
  .option('url', {
    type: 'string',
    describe: 'Where Footfall answers',
    default: process.env.FOOTFALL_URL ?? 'http://localhost:5000',
    defaultDescription: 'FOOTFALL_URL, else http://localhost:5000',
    global: true,
  })
  .option('key', {
    type: 'string',
    describe: 'API key',
    default: process.env.FOOTFALL_API_KEY,
    defaultDescription: 'FOOTFALL_API_KEY',
    global: true,
  })
  .option('json', {
    type: 'boolean',
    default: false,
    describe: 'Print JSON for programs, not tables',
    global: true,
  })
  .command(profile)
  .command(resume)
  .command(coverLetter)
  .command(links)
  .command(report)
  .command(tail)
  .command(exportData)
  .command(erase)
  .command(redrive)
  .command(keys)
  .command(audit)
  .completion('completion', 'Print a script that completes commands in bash or zsh')
  .example('$0 profile set jordan --calendly https://calendly.com/jordan-avery/30min', 'where links lead')
  .example('$0 resume resume.json --user jordan --job job-1', 'a resume with tracked links')
  .example('$0 report --days 7', 'what was clicked this week')
  .epilog(
    `Exit codes: ${Object.entries(EXIT_CODES)
      .map(([meaning, code]) => `${code} ${meaning}`)
      .join(', ')}.`,
  )
  .demandCommand(1, 'Name a command.')
  .recommendCommands()
  .strict()
  .wrap(Math.min(100, process.stdout.columns ?? 100))
  .version(false)
  .fail((message, error, usage) => {
    if (error) throw error;
    process.stderr.write(`${message}\n\n`);
    usage.showHelp('error');
    process.exit(EXIT_CODES['wrong usage']);
  });

// A reader such as head may close the pipe early.
process.stdout.on('error', () => process.exit(0));
try {
  await command.parseAsync();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
