import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type DocumentKind, generateDocument } from '../../api/documents.js';

/** Makes a document; what lists applications and links asks anew afterwards. */
export function useDocument(kind: DocumentKind) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (content: object) => generateDocument(kind, content),
    onSuccess: () =>
      Promise.all(['applications', 'links'].map((key) => queryClient.invalidateQueries({ queryKey: [key] }))),
  });
}
