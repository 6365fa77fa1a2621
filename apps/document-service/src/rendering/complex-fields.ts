import {
  append,
  attributeOf,
  childNamed,
  cloneElement,
  createElement,
  elementsNamed,
  replaceNode,
  textOf,
  type XmlElement,
} from './xml-tree.js';

/** A field written as `w:fldChar` begin, its code, separate, its result, end. */
export interface ComplexField {
  instruction: string;
  /** Runs of the code and the field characters, in order; never empty. */
  marks: [XmlElement, ...XmlElement[]];
  /** What stands in the place of the code, perhaps over several paragraphs. */
  result: XmlElement[];
}

/** Content that is inserted by a tracked change; a field may begin in one and end in another. */
const TRACKED = new Set(['w:ins', 'w:moveTo']);
/** Deleted content: its fields are no more. */
const GONE = new Set(['w:del', 'w:moveFrom']);

/**
 * The complex fields of a part. A field's pieces are runs, or tracked insertions of one run: Word splits a field over
 * paragraphs when its result has several, and over insertions when it was typed with tracking on.
 */
export function complexFields(tree: XmlElement): ComplexField[] {
  for (const run of elementsNamed(tree, 'w:r')) splitAtFieldCharacters(run);
  for (const name of TRACKED) for (const wrapper of elementsNamed(tree, name)) splitAtRuns(wrapper);
  const stories: XmlElement[][] = [];
  collectStory(tree, stories);
  return stories.flatMap((pieces) =>
    pieces.flatMap((piece, index) =>
      fieldCharacter(piece) === 'begin' ? (readField(piece, pieces.slice(index + 1)) ?? []) : [],
    ),
  );
}

/** Reads to the field's end; undefined when there is none in its part of the document, or a field in its code. */
function readField(begin: XmlElement, following: XmlElement[]): ComplexField | undefined {
  const field: ComplexField = { instruction: '', marks: [begin], result: [] };
  const block = blockAround(begin);
  let inner = 0;
  let isResult = false;
  for (const piece of following) {
    if (blockAround(piece) !== block) return undefined;
    const character = fieldCharacter(piece);
    if (character === 'begin' && !isResult) return undefined;
    if (character === 'begin') inner++;
    if (inner > 0) {
      field.result.push(piece);
      if (character === 'end') inner--;
      continue;
    }
    if (isResult && character === undefined) {
      field.result.push(piece);
      continue;
    }
    field.marks.push(piece);
    if (character === 'end') return field;
    if (character === 'separate') isResult = true;
    field.instruction += elementsNamed(piece, 'w:instrText').map(textOf).join('');
  }
  return undefined;
}

/** What a paragraph stands in: a field does not leave its table cell, header or text box. */
function blockAround(piece: XmlElement): XmlElement | undefined {
  let at = piece.parent;
  while (at && at.name !== 'w:p') at = at.parent;
  return at?.parent;
}

/** The runs of a part in reading order. A text box is a story of its own inside the run that anchors it. */
function collectStory(root: XmlElement, stories: XmlElement[][]): void {
  const pieces: XmlElement[] = [];
  stories.push(pieces);
  const visit = (element: XmlElement): void => {
    for (const child of element.children) {
      if (child.kind === 'text' || GONE.has(child.name)) continue;
      if (runIn(child)) {
        pieces.push(child);
        for (const box of elementsNamed(child, 'w:txbxContent')) collectStory(box, stories);
      } else {
        visit(child);
      }
    }
  };
  visit(root);
}

/** The one run that a piece is or holds. */
function runIn(piece: XmlElement): XmlElement | undefined {
  if (piece.name === 'w:r') return piece;
  const [only, ...others] = piece.children.filter((child) => child.kind === 'element');
  return TRACKED.has(piece.name) && only && others.length === 0 ? runIn(only) : undefined;
}

function fieldCharacter(piece: XmlElement): string | undefined {
  const run = runIn(piece);
  const mark = run && childNamed(run, 'w:fldChar');
  return mark && attributeOf(mark, 'w:fldCharType');
}

/** Some programs put a whole field into one run. Afterwards every field character has a run of its own. */
function splitAtFieldCharacters(run: XmlElement): void {
  const properties = childNamed(run, 'w:rPr');
  const content = run.children.filter((child) => child.kind === 'element' && child !== properties);
  if (content.length < 2 || !childNamed(run, 'w:fldChar')) return;
  replaceNode(
    run,
    content.map((child) => {
      const copy = createElement('w:r', run.attributes, properties ? [cloneElement(properties)] : []);
      append(copy, child);
      return copy;
    }),
  );
}

/** Gives every child of a tracked insertion one of its own, where a piece of a field is among them. */
function splitAtRuns(wrapper: XmlElement): void {
  const content = wrapper.children.filter((child) => child.kind === 'element');
  const isOfField = ['w:fldChar', 'w:instrText'].some((name) => elementsNamed(wrapper, name).length > 0);
  if (content.length < 2 || !isOfField) return;
  replaceNode(
    wrapper,
    content.map((child) => createElement(wrapper.name, wrapper.attributes, [child])),
  );
}
