/** What docxtemplater tells about one fault; which facts there are depends on `id`. */
export interface DocxtemplaterFault {
  id?: string;
  xtag?: string;
  context?: string;
  openingtag?: string;
  closingtag?: string;
  explanation?: string;
  file?: string;
}

interface Explanation {
  code: string;
  message: string;
  /** The tag as its author has typed it. */
  tag?: string;
  file?: string | undefined;
}

/** Says a fault of docxtemplater in words for somebody who has only Word in front of them. */
export function explainFault(fault: DocxtemplaterFault, fallback: string): Explanation {
  const explain = EXPLANATIONS[fault.id ?? ''];
  const { file } = fault;
  if (!explain) return { code: fault.id ?? 'unreadable', message: fault.explanation ?? fallback, file };
  return { ...explain({ ...fault, xtag: (fault.xtag ?? '').trim() }), file };
}

type Explain = (fault: DocxtemplaterFault & { xtag: string }) => Explanation;

const unclosedTag: Explain = ({ context = '' }) => ({
  code: 'unclosed_tag',
  tag: context,
  message: `The tag that begins with "${context}" has no closing braces: write it as {{name}}.`,
});

const unopenedTag: Explain = ({ xtag }) => ({
  code: 'unopened_tag',
  tag: `${xtag.replace(/[{}]/g, '')}}}`,
  message: `Closing braces }} after "${xtag.replace(/[{}]/g, '')}" have no opening ones: write the tag as {{name}}.`,
});

const acrossCells: Explain = ({ xtag }) => ({
  code: 'section_across_cells',
  tag: `{{#${xtag}}}`,
  message: `The section {{#${xtag}}} begins and ends in different places of a table or list: put {{#${xtag}}} and {{/${xtag}}} into the same row, cell or list, or into paragraphs of their own around it.`,
});

/** By docxtemplater's ids (docs: "Error schema"). */
const EXPLANATIONS: Readonly<Record<string, Explain>> = {
  unclosed_tag: unclosedTag,
  duplicate_open_tag: unclosedTag,
  unopened_tag: unopenedTag,
  duplicate_close_tag: unopenedTag,
  unclosed_loop: ({ xtag }) => ({
    code: 'unclosed_section',
    tag: `{{#${xtag}}}`,
    message: `The section {{#${xtag}}} is never closed: add {{/${xtag}}} where it ends.`,
  }),
  unopened_loop: ({ xtag }) => ({
    code: 'unopened_section',
    tag: `{{/${xtag}}}`,
    message: `{{/${xtag}}} closes a section that was never opened: add {{#${xtag}}} where it begins.`,
  }),
  closing_tag_does_not_match_opening_tag: ({ openingtag, closingtag }) => ({
    code: 'section_mismatch',
    tag: `{{/${closingtag}}}`,
    message: `The section {{#${openingtag}}} is closed by {{/${closingtag}}}: sections must be closed in the reverse order of their opening, by the same name.`,
  }),
  scopeparser_compilation_failed: ({ xtag }) => ({
    code: 'invalid_tag',
    tag: `{{${xtag}}}`,
    message: `{{${xtag}}} is not a tag: a name is made of letters, digits and _, with dots between, such as {{personal.email}}.`,
  }),
  unbalanced_loop_tags: acrossCells,
  loop_position_invalid: acrossCells,
};
