export function datesOf({
  startDate,
  endDate,
}: {
  startDate?: string | undefined;
  endDate?: string | undefined;
}) {
  return { start_date: monthOf(startDate), end_date: monthOf(endDate) };
}

/** `2013-12-01` and `2013-12` as `Dec 2013`; anything else as it stands. */
export function monthOf(date: string | undefined): string | undefined {
  const [, year, month] = /^(\d{4})-(\d\d)(?:-\d\d)?$/.exec(date ?? '') ?? [];
  const monthName = MONTHS[Number(month) - 1];
  return year && monthName ? `${monthName} ${year}` : date;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function listed(values: (string | undefined)[]): string {
  return values.filter(Boolean).join(', ');
}

export function withDetail(text: string | undefined, detail: string | undefined): string {
  return text && detail ? `${text} (${detail})` : (text ?? '');
}

export function named(label: string | undefined, value: string | undefined): string {
  return [label, value].filter(Boolean).join(': ');
}
