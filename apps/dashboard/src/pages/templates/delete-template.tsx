import { Button, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { deleteTemplate, type Template } from '../../api/templates.js';

/** Deletes a template after asking once. */
export function DeleteTemplate({ template }: { template: Template }) {
  const queryClient = useQueryClient();
  const [isOpen, { open, close }] = useDisclosure();
  const { mutate, isPending } = useMutation({
    mutationFn: () => deleteTemplate(template.template_id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['templates'] }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not deleted', message: error.message }),
  });
  return (
    <>
      <Button size="compact-sm" variant="subtle" color="red" onClick={open}>
        Delete
      </Button>
      <Modal opened={isOpen} onClose={close} title={`Delete “${template.name}”?`} centered>
        <Text size="sm" mb="md">
          Documents that were made from it stay as they are.
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Keep it
          </Button>
          <Button color="red" loading={isPending} onClick={() => mutate()}>
            Delete
          </Button>
        </Group>
      </Modal>
    </>
  );
}
