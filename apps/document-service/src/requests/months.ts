/** `2013-12-01` and `2013-12` as `Dec 2013`; anything else as it stands. */
export function monthOf(date: string | undefined): string | undefined {
  const [, year, month] = /^(\d{4})-(\d\d)(?:-\d\d)?$/.exec(date ?? '') ?? [];
  const monthName = MONTHS[Number(month) - 1];
  return year && monthName ? `${monthName} ${year}` : date;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
