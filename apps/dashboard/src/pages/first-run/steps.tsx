import { Progress, Stack, Stepper, Text } from '@mantine/core';

const STEPS = [
  { label: 'Your links', description: 'Where they lead' },
  { label: 'A document', description: 'For one job' },
  { label: 'Download', description: 'Have a look' },
  { label: 'Click', description: 'See it arrive' },
];

interface Props {
  active: number;
  goTo: (step: number) => void;
}

/** How far one has come; on a phone in one line. */
export function Steps({ active, goTo }: Props) {
  return (
    <>
      <Stack gap={6} hiddenFrom="sm">
        <Text size="sm" fw={600}>
          Step {active + 1} of {STEPS.length}: {STEPS[active]?.label}
        </Text>
        <Progress value={(100 * (active + 1)) / STEPS.length} aria-hidden />
      </Stack>
      <Stepper active={active} onStepClick={goTo} allowNextStepsSelect={false} size="sm" visibleFrom="sm">
        {STEPS.map((step) => (
          <Stepper.Step key={step.label} {...step} />
        ))}
      </Stepper>
    </>
  );
}
