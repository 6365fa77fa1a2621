/** One instruction of a Dockerfile, its continued lines joined. */
export interface Instruction {
  name: string;
  value: string;
}

/** A stage, from its FROM to the next one. */
export interface Stage {
  name: string;
  base: string;
  instructions: Instruction[];
}

/** As much of the format as a plain multi-stage file uses; whatever else it holds is met by whoever executes it. */
export function parseDockerfile(text: string): { args: Record<string, string>; stages: Stage[] } {
  const args: Record<string, string> = {};
  const stages: Stage[] = [];
  const lines = text
    .split('\n')
    .filter((line) => line.trim() && !line.startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n');
  for (const line of lines) {
    const [, name = '', value = ''] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
    if (name === 'FROM') {
      const [, base = '', as = String(stages.length)] = /^(\S+)(?: AS (\S+))?$/.exec(value) ?? [];
      stages.push({ name: as, base: expand(base, args), instructions: [] });
    } else if (stages.length > 0) {
      stages.at(-1)?.instructions.push({ name, value });
    } else {
      const [variable = '', initial = ''] = value.split('=');
      args[variable] = initial;
    }
  }
  return { args, stages };
}

/** `$NAME` and `${NAME}`, as Docker fills them in outside of RUN. */
export function expand(text: string, values: Record<string, string>): string {
  return text.replaceAll(/\$\{(\w+)\}|\$(\w+)/g, (_, braced, bare) => values[braced ?? bare] ?? '');
}
