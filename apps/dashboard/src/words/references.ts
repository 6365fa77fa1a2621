/** Lower-case letters and digits with hyphens between, at most 40 characters; empty when there is nothing Latin in it. */
function toSlug(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-$/, '');
}

/** Ids of an application, from what it is: the letter for a job joins the resume that was made for it on that day. */
export function nameReferences(position: { company: string; title: string }, today = new Date()) {
  const parts = [position.company, position.title]
    .map((text) => toSlug(text) || hashOf(text))
    .filter(Boolean);
  const job = parts.join('.') || 'first-job';
  const day = today.toISOString().slice(0, 10).replaceAll('-', '');
  return { job_id: job, application_id: `${job}.${day}` };
}

/** Tells names apart that have no Latin letter. */
function hashOf(text: string): string {
  let hash = 0;
  for (const character of text.trim()) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return text.trim() && hash.toString(36);
}
