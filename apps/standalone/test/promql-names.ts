import { parser } from '@prometheus-io/lezer-promql';

/** What an expression reads: each selector's metric, the labels it matches, and those it is grouped by further out. */
export interface Selected {
  metric: string;
  labels: string[];
}

/** Throws when it is no PromQL. */
export function selectedIn(expression: string): Selected[] {
  const selected: Selected[] = [];
  const groupings: string[][] = [];
  const text = ({ from, to }: { from: number; to: number }) => expression.slice(from, to);
  parser.parse(expression).iterate({
    enter(at) {
      if (at.type.isError) throw new Error(`not PromQL at ${at.from}: ${expression}`);
      const { node } = at;
      if (at.name === 'AggregateExpr') {
        const grouping = node.getChild('AggregateModifier')?.getChild('GroupingLabels');
        groupings.push((grouping?.getChildren('LabelName') ?? []).map(text));
      }
      if (at.name !== 'VectorSelector') return;
      const metric = node.getChild('Identifier');
      if (!metric) throw new Error(`a selector without a metric: ${expression}`);
      const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
      const matched = matchers.flatMap((matcher) => matcher.getChildren('LabelName')).map(text);
      selected.push({ metric: text(metric), labels: [...matched, ...groupings.flat()] });
    },
    leave({ name }) {
      if (name === 'AggregateExpr') groupings.pop();
    },
  });
  return selected;
}

/** The labels that the result of an expression can have; undefined: those of its metrics. */
export function groupedBy(expression: string): string[] | undefined {
  const labels: string[] = [];
  let isGrouped = false;
  parser.parse(expression).iterate({
    enter({ name, node, from, to }) {
      if (name === 'AggregateExpr') isGrouped = true;
      if (name === 'LabelName' && node.parent?.name === 'GroupingLabels')
        labels.push(expression.slice(from, to));
    },
  });
  return isGrouped ? labels : undefined;
}
