import type { TemplateProblem } from '../../rendering/template-invalid-error.js';
import { attributeOf, textOf, type XmlElement } from '../../rendering/xml-tree.js';
import { localName, walk, type XmlPart } from './xml-part.js';

/** Fields that read files, other documents, programs or databases when a document is opened or converted. */
const FORBIDDEN = /^(INCLUDE\w*|DDE\w*|LINK|IMPORT|DATABASE|RD)$/i;

/** Finds fields that a template may not hold, also when Word has split their code over runs. */
export function findForbiddenFields(parts: readonly XmlPart[]): TemplateProblem[] {
  return parts.flatMap(({ path, root }) =>
    fieldCodes(root).flatMap((code) => {
      const [name = ''] = code.trim().split(/[\s"]/, 1);
      if (FORBIDDEN.test(name))
        return fault(path, `the field ${name.toUpperCase()}, which reads from elsewhere`);
      // The data would decide which field it is.
      return name.includes('{{') ? fault(path, `a field whose kind is a tag (${name.slice(0, 50)})`) : [];
    }),
  );
}

function fault(path: string, what: string): TemplateProblem {
  const message = `${path} holds ${what}. Remove it: in Word, Alt+F9 shows the fields of a document.`;
  return { code: 'forbidden_field', message, file: path };
}

/** The code of every field: of simple ones, of complex ones between their `begin` and `end`, and of mail merges. */
function fieldCodes(root: XmlElement): string[] {
  const codes: string[] = [];
  const open: number[] = [];
  walk(root, (element) => {
    const name = localName(element);
    if (name === 'fldSimple') codes.push(attributeOf(element, `${prefixOf(element)}instr`) ?? '');
    if (name === 'mailMerge') codes.push('DATABASE');
    if (name === 'fldChar') {
      const type = attributeOf(element, `${prefixOf(element)}fldCharType`);
      if (type === 'begin') open.push(codes.push('') - 1);
      if (type === 'end') open.pop();
    }
    if (name !== 'instrText' && name !== 'delInstrText') return;
    const current = open.at(-1);
    if (current === undefined) codes.push(textOf(element));
    else codes[current] += textOf(element);
  });
  return codes;
}

function prefixOf({ name }: XmlElement): string {
  return name.slice(0, name.indexOf(':') + 1);
}
