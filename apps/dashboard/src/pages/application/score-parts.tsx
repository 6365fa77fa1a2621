import { Anchor, Group, List, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ApplicationEngagement } from '../../api/insights.js';

/** What a score is made of, for who asks. */
export function ScoreParts({ parts }: { parts: ApplicationEngagement['score_parts'] }) {
  const [isOpen, { open, close }] = useDisclosure();
  return (
    <>
      <Anchor component="button" type="button" size="xs" onClick={open}>
        What it is made of
      </Anchor>
      <Modal
        opened={isOpen}
        onClose={close}
        title="What the interest is made of"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <List listStyleType="none" spacing="sm">
          {parts.map(({ part, points, max_points, explanation }) => (
            <List.Item key={part}>
              <Group gap="xs" wrap="nowrap" align="baseline">
                <Text size="sm" fw={650} miw={64}>
                  {points} of {max_points}
                </Text>
                <Text size="sm">{explanation}</Text>
              </Group>
            </List.Item>
          ))}
        </List>
        <Text size="xs" c="dimmed" mt="md">
          A way to put applications in order. It predicts nothing.
        </Text>
      </Modal>
    </>
  );
}
