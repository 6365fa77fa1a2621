/** The part of docxtemplater's own file-type configuration that a custom one starts from; it ships no types. */
declare module 'docxtemplater/js/file-type-config.js' {
  interface FileTypeConfig {
    tagsXmlTextArray: string[];
    tagsXmlLexedArray: string[];
    getTemplatedFiles(): string[];
    baseModules: (() => { name: string })[];
  }
  const configs: { docx(): FileTypeConfig };
  export default configs;
}
