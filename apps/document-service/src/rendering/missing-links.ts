/** A stretch of a paragraph's text, `end` exclusive. */
export interface TextRange {
  start: number;
  end: number;
}

export interface RemovalPlan {
  deletions: TextRange[];
  /** Links that stood inside a sentence: the sentence stays without them and somebody should look at it. */
  midSentence: TextRange[];
}

interface Segment extends TextRange {
  /** Where the separator before this segment begins; equal to `start` for the first. */
  separatorStart: number;
}

/** Without the spaces around it: a pattern that starts with them takes quadratic time over a long run of spaces. */
const SEPARATOR = /[|•·∙⋅¦\t]|(?<=\s)\/(?=\s)/g;
const LONGEST_LABEL = 60;
const LONGEST_LABEL_WITHOUT_COLON_WORDS = 3;

/**
 * Decides what goes with links whose URL is not configured, so that a document never shows a label to nowhere:
 *
 * 1. a line that is only label and link goes;
 * 2. in `a | LinkedIn: … | b` that segment goes with one separator;
 * 3. within a sentence only the link goes, and the caller is told.
 *
 * `text` is a paragraph's text with `\n` for line breaks, `missing` the places of the links in ascending order.
 */
export function planRemovals(text: string, missing: TextRange[]): RemovalPlan {
  const plan: RemovalPlan = { deletions: [], midSentence: [] };
  for (const line of linesOf(text)) {
    const inLine = missing.filter(({ start, end }) => start >= line.start && end <= line.end);
    if (inLine.length > 0) planLine(text, line, inLine, plan);
  }
  return plan;
}

function planLine(text: string, line: TextRange, missing: TextRange[], plan: RemovalPlan): void {
  const segments = segmentsOf(text, line);
  const goes = segments.map((segment) => isLabelAndLink(text, segment, within(missing, segment)));
  const isBlank = (segment: Segment) => text.slice(segment.start, segment.end).trim() === '';
  if (segments.every((segment, index) => goes[index] || isBlank(segment))) {
    plan.deletions.push(withLineBreak(text, line));
    return;
  }
  for (const [index, segment] of segments.entries()) {
    if (goes[index]) {
      const keepsEarlier = goes.slice(0, index).includes(false);
      const next = segments[index + 1];
      plan.deletions.push(
        keepsEarlier
          ? { start: segment.separatorStart, end: segment.end }
          : { start: segment.start, end: next?.start ?? segment.end },
      );
      continue;
    }
    for (const link of within(missing, segment)) {
      plan.deletions.push(withOneSpace(text, link));
      plan.midSentence.push(link);
    }
  }
}

function linesOf(text: string): TextRange[] {
  let start = 0;
  return text.split('\n').map((line) => {
    const range = { start, end: start + line.length };
    start = range.end + 1;
    return range;
  });
}

function segmentsOf(text: string, line: TextRange): Segment[] {
  const segments: Segment[] = [];
  let start = line.start;
  let separatorStart = line.start;
  for (const match of text.slice(line.start, line.end).matchAll(SEPARATOR)) {
    let end = line.start + match.index;
    let next = end + 1;
    while (end > start && text[end - 1] === ' ') end--;
    while (next < line.end && text[next] === ' ') next++;
    segments.push({ start, end, separatorStart });
    separatorStart = end;
    start = next;
  }
  segments.push({ start, end: line.end, separatorStart });
  return segments;
}

function within(missing: TextRange[], { start, end }: TextRange): TextRange[] {
  return missing.filter((link) => link.start >= start && link.end <= end);
}

function isLabelAndLink(text: string, segment: TextRange, missing: TextRange[]): boolean {
  if (missing.length === 0) return false;
  let cursor = segment.start;
  for (const link of missing) {
    if (!isLabel(text.slice(cursor, link.start))) return false;
    cursor = link.end;
  }
  return /^[\s.,;:!)\]]*$/.test(text.slice(cursor, segment.end));
}

function isLabel(text: string): boolean {
  const label = text.trim();
  if (label.length > LONGEST_LABEL || /[.!?](\s|$)|\uE000/.test(label)) return false;
  return /[:：–—→»>-]$/.test(label) || label.split(/\s+/).length <= LONGEST_LABEL_WITHOUT_COLON_WORDS;
}

function withLineBreak(text: string, { start, end }: TextRange): TextRange {
  if (text[end] === '\n') return { start, end: end + 1 };
  return { start: Math.max(0, text[start - 1] === '\n' ? start - 1 : start), end };
}

/** "Book at {{url}}, please" must not become "Book at , please". */
function withOneSpace(text: string, { start, end }: TextRange): TextRange {
  const next = text[end];
  if (text[start - 1] === ' ' && (next === undefined || /[\s.,;:!?)\]]/.test(next))) {
    return { start: start - 1, end };
  }
  const isAtLineStart = start === 0 || text[start - 1] === '\n';
  return isAtLineStart && next === ' ' ? { start, end: end + 1 } : { start, end };
}
