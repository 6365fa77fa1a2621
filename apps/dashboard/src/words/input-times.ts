/** A moment as `<input type="datetime-local">` takes it: the reader's wall clock, to the minute. */
export function toInput(moment: string | null): string {
  if (!moment) return '';
  const date = new Date(moment);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** What was entered, as a moment; null for nothing. */
export function fromInput(text: string): string | null {
  return text ? new Date(text).toISOString() : null;
}
