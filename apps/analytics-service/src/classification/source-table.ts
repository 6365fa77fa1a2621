/** Where a click can come from by its referrer or app; first match wins. */
export interface SourceRule {
  source: string;
  /**
   * Hosts with everything below them. `name.*` is that name under any top level (`indeed.com`, `ca.indeed.co.uk`);
   * a `*` inside a label stands for any characters of it (`protect*.mimecast.com`).
   */
  hosts: readonly string[];
  /** Parts of an in-app browser's user agent. */
  agents?: readonly string[];
}

export const SOURCE_TABLE: readonly SourceRule[] = [
  {
    source: 'email',
    hosts: [
      'mail.google.com',
      'com.google.android.gm',
      'outlook.live.com',
      'outlook.office.com',
      'outlook.office365.com',
      'outlook.cloud.microsoft',
      'com.microsoft.office.outlook',
      'mail.yahoo.com',
      'mail.aol.com',
      'mail.proton.me',
      'mail.zoho.com',
      'mail.ru',
      'app.fastmail.com',
      'mail.gmx.net',
      'navigator.gmx.net',
      'icloud.com',
      'safelinks.protection.outlook.com',
      'urldefense.com',
      'urldefense.proofpoint.com',
      'protect*.mimecast.com',
      'linkprotect.cudasvc.com',
      'secure-web.cisco.com',
    ],
  },
  {
    source: 'linkedin',
    hosts: ['linkedin.com', 'lnkd.in', 'com.linkedin.android'],
    agents: ['LinkedInApp'],
  },
  {
    source: 'ats',
    hosts: [
      'greenhouse.io',
      'lever.co',
      'myworkday.com',
      'myworkdayjobs.com',
      'myworkdaysite.com',
      'ashbyhq.com',
      'smartrecruiters.com',
      'icims.com',
      'bamboohr.com',
      'workable.com',
      'jobvite.com',
      'taleo.net',
      'successfactors.*',
      'breezy.hr',
      'recruitee.com',
      'teamtailor.com',
      'personio.*',
      'jazz.co',
    ],
  },
  {
    source: 'job_board',
    hosts: ['indeed.*', 'glassdoor.*', 'ziprecruiter.com', 'monster.*', 'dice.com', 'wellfound.com'],
  },
  {
    source: 'search',
    hosts: [
      'google.*',
      'bing.com',
      'duckduckgo.com',
      'search.yahoo.com',
      'yandex.*',
      'baidu.com',
      'ecosia.org',
    ],
  },
  {
    source: 'social',
    hosts: [
      'facebook.com',
      'fb.com',
      'instagram.com',
      'twitter.com',
      'x.com',
      't.co',
      'reddit.com',
      'youtube.com',
      'threads.net',
      'bsky.app',
      't.me',
      'web.whatsapp.com',
      'com.slack',
      'app.slack.com',
      'discord.com',
    ],
    agents: ['FBAN/', 'FBAV/', 'Instagram '],
  },
];
