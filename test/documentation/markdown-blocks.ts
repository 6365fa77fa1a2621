/** A fenced code block of a Markdown text. */
export interface CodeBlock {
  /** What stands behind the fence: `sql`, `bash`, …; empty when nothing does. */
  language: string;
  code: string;
  /** Of its first line of code, counted from 1. */
  line: number;
  /** What the text says that it prints: the block without language after "Output:", "Expected output:" and the like. */
  expected: string | undefined;
}

const ANNOUNCED_OUTPUT = /^(?:expected )?(?:output|result):$/i;

/** The code blocks of a text in their order, each with the output that the text shows for it. */
export function readCodeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { indent: string; block: CodeBlock; isOutput: boolean } | undefined;
  let lastText = '';
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = line.match(/^(\s*)```(\w*)\s*$/);
    if (open && fence && fence[2] === '') {
      const previous = blocks.at(-1);
      if (open.isOutput && previous) previous.expected = open.block.code;
      else blocks.push(open.block);
      open = undefined;
      lastText = '';
    } else if (open) {
      open.block.code += `${line.slice(open.indent.length)}\n`;
    } else if (fence) {
      const language = fence[2] ?? '';
      const block = { language, code: '', line: index + 2, expected: undefined };
      open = { indent: fence[1] ?? '', block, isOutput: language === '' && ANNOUNCED_OUTPUT.test(lastText) };
    } else if (line.trim()) {
      lastText = line.trim();
    }
  }
  return blocks;
}
