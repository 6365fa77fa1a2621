/**
 * Link functions whose links may follow the profile, and where the profile keeps their URL. The check of
 * `link_tracking.destination` names the same functions.
 */
export const PROFILE_FUNCTIONS = {
  Calendly: 'calendly_url',
  LinkedIn: 'linkedin_url',
  Portfolio: 'portfolio_url',
} as const;

/** Where the candidate's own pages are, as far as links may lead there. */
export type ProfileUrls = { [Function in keyof typeof PROFILE_FUNCTIONS]?: string };

export const NO_PROFILE_FUNCTION = `Only links of ${Object.keys(PROFILE_FUNCTIONS).join(', ')} can follow the profile.`;

export function canFollowProfile(linkFunction: string): linkFunction is keyof typeof PROFILE_FUNCTIONS {
  return Object.hasOwn(PROFILE_FUNCTIONS, linkFunction);
}
