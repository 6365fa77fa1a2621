import type { z } from 'zod';
import { text, texts } from './fields.js';
import { monthOf } from './months.js';

/** What a job, a school and an entry of any other section may say alike. */
export const entryFields = {
  start_date: text(100),
  end_date: text(100),
  location: text(300),
  description: texts(),
  highlights: texts(),
  achievements: texts(),
  responsibilities: texts(),
};

type Entry = { [Field in keyof typeof entryFields]: z.output<(typeof entryFields)[Field]> };

/** Says whether an entry has a line of its own above its text: one of only dates has. */
export function withHeading<E extends { heading?: string | undefined; place: string; dates: string }>(
  entry: E,
) {
  const heading = entry.heading?.trim() ?? '';
  const place_suffix = entry.place && `, ${entry.place}`;
  return { ...entry, heading, place_suffix, has_heading: heading !== '' || entry.dates !== '' };
}

/** The variables that every entry has besides its own. */
export function describeEntry(entry: Entry) {
  const lines = linesOf(entry.description);
  const listed = [...entry.highlights, ...entry.achievements, ...entry.responsibilities];
  const isList = entry.description.length > 1 || lines.some((line) => BULLET.test(line));
  const bullets = [...(isList ? lines : []), ...linesOf(listed)].map((line) => line.replace(BULLET, ''));
  return {
    dates: describeDates(entry),
    description: lines.join('\n'),
    paragraphs: isList ? [] : lines,
    bullets,
  };
}

const BULLET = /^\s*[-–*•·‣▪]\s+/;

export function describeDates({ start_date, end_date }: Entry): string {
  const start = monthOf(start_date?.trim());
  const end = monthOf(end_date?.trim());
  if (!start) return end ?? '';
  return `${start} – ${end || 'Present'}`;
}

export function linesOf(values: string[]): string[] {
  return values
    .flatMap((value) => value.split(/\r?\n/))
    .map((line) => line.trim())
    .filter(Boolean);
}

export function joined(parts: (string | undefined)[]): string {
  return parts
    .map((part) => part?.trim())
    .filter(Boolean)
    .join(', ');
}
