import { monthOf } from './months.js';

export function datesOf({
  startDate,
  endDate,
}: {
  startDate?: string | undefined;
  endDate?: string | undefined;
}) {
  return { start_date: monthOf(startDate), end_date: monthOf(endDate) };
}

export function listed(values: (string | undefined)[]): string {
  return values.filter(Boolean).join(', ');
}

export function withDetail(text: string | undefined, detail: string | undefined): string {
  return text && detail ? `${text} (${detail})` : (text ?? '');
}

export function named(label: string | undefined, value: string | undefined): string {
  return [label, value].filter(Boolean).join(': ');
}
