/** The quick start: a profile, a resume for one application, and what became of its link. */
import { CandidateProfileManager, Documents, LinkTracker } from 'footfall-client';

const options = { baseUrl: process.env.FOOTFALL_URL, apiKey: process.env.FOOTFALL_API_KEY };

const profile = new CandidateProfileManager(options);
await profile.updateCandidateInfo('jordan_avery', { first_name: 'Jordan', last_name: 'Avery' });
await profile.updateCalendlyUrl('https://calendly.com/jordan-avery/30min', 'jordan_avery');

const resume = await new Documents(options).createResume({
  personal: await profile.getCandidateInfo('jordan_avery'),
  user_id: 'jordan_avery',
  target_position: 'Marketing Manager',
  job_id: 'job-1',
  application_id: 'app-1',
});
console.log(`${resume.filename}: ${resume.links.length} tracked link`);

const summary = await new LinkTracker(options).getJobLinkSummary('job-1');
console.log(`Calendly clicks for this job: ${summary.Calendly?.click_count ?? 0}`);
