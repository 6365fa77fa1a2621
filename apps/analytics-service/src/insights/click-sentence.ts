/** Who clicked, as far as it is known. */
export interface Clickers {
  people: number;
  /** There may have been more: several clicks came from visitors who asked not to be tracked. */
  peopleIsLowerBound: boolean;
  scanners: number;
  /** Clicks that may be a person's or a machine's. */
  suspectedClicks: number;
}

/** What an application is for, as far as it is known. */
export interface Subject {
  applicationId: string;
  title: string | null;
  company: string | null;
}

/**
 * `5 people clicked Calendly for Marketing Manager at Tech Corp`: who clicked what, for whom it was meant, in words.
 *
 * @param what `Calendly`, or `a link`
 */
export function describeClicks(what: string, clickers: Clickers, subject: Subject): string {
  const { people, peopleIsLowerBound } = clickers;
  const clicked = `clicked ${what} ${describeSubject(subject)}`;
  if (people === 0) return `No person has ${clicked} yet${describeOthers(clickers)}`;
  return `${peopleIsLowerBound ? 'At least ' : ''}${countOf(people, 'person', 'people')} ${clicked}`;
}

/** A link function as people write it: `Apply_Now` is Apply Now. */
export function nameFunction(linkFunction: string): string {
  return linkFunction.replaceAll('_', ' ');
}

function describeOthers({ scanners, suspectedClicks }: Clickers): string {
  const others = [
    ...(scanners > 0 ? [`${countOf(scanners, 'scanner has', 'scanners have')}`] : []),
    ...(suspectedClicks > 0 ? [`${countOf(suspectedClicks, 'click', 'clicks')} may be a person’s`] : []),
  ];
  return others.length > 0 ? `; ${others.join(', and ')}` : '';
}

function describeSubject({ applicationId, title, company }: Subject): string {
  if (title && company) return `for ${title} at ${company}`;
  if (title) return `for ${title}`;
  return company ? `for the application to ${company}` : `for application ${applicationId}`;
}

function countOf(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
