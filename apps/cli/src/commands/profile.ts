import type { Argv, CommandModule } from 'yargs';
import { type Candidate, type CandidateChange, CandidateProfileManager } from '#client';
import { UsageError } from '../failure.js';
import { clientOptions, type GlobalOptions, list, show } from '../output.js';

const FIELDS = {
  'first-name': 'first_name',
  'last-name': 'last_name',
  email: 'email',
  phone: 'phone',
  address: 'mailing_address',
  calendly: 'calendly_url',
  linkedin: 'linkedin_url',
  portfolio: 'portfolio_url',
} as const satisfies Record<string, keyof CandidateChange>;

type ProfileOptions = GlobalOptions & { user: string };
type ChangeOptions = ProfileOptions & { [Option in keyof typeof FIELDS]?: string };

const user = { type: 'string', demandOption: true, describe: 'Whose profile' } as const;

const showProfile: CommandModule<GlobalOptions, ProfileOptions> = {
  command: 'show <user>',
  describe: "A candidate's profile",
  builder: (yargs) => yargs.positional('user', user),
  handler: async (options) => {
    const profiles = new CandidateProfileManager(clientOptions(options));
    show(options, await profiles.getCandidateInfo(options.user), drawProfile);
  },
};

const setProfile: CommandModule<GlobalOptions, ChangeOptions> = {
  command: 'set <user>',
  describe: 'Changes the given fields and keeps the others; an empty value ("") removes one',
  builder: (yargs) =>
    Object.entries(FIELDS).reduce<Argv<ProfileOptions>>(
      (all, [option, field]) => all.option(option, { type: 'string', describe: field.replace('_', ' ') }),
      yargs.positional('user', user),
    ),
  handler: async (options) => {
    const given = Object.entries(FIELDS).flatMap(([option, field]) => {
      const value = options[option as keyof typeof FIELDS];
      return value === undefined ? [] : [[field, value || null]];
    });
    if (given.length === 0) throw new UsageError(`Give one of --${Object.keys(FIELDS).join(', --')}.`);
    const profiles = new CandidateProfileManager(clientOptions(options));
    show(
      options,
      await profiles.updateCandidateInfo(options.user, Object.fromEntries(given) as CandidateChange),
      drawProfile,
    );
  },
};

function drawProfile(profile: Candidate): string {
  return list([
    ['user', profile.user_id],
    ...Object.values(FIELDS).map((field) => [field.replace('_', ' '), profile[field]] as const),
  ]);
}

export const profile: CommandModule<GlobalOptions, GlobalOptions> = {
  command: 'profile <action>',
  describe: 'Where links lead, and who the candidate is',
  builder: (yargs) => yargs.command(showProfile).command(setProfile).demandCommand(1),
  handler: () => undefined,
};
