import { Alert, Button, Group, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { type Profile, useSaveProfile } from '../api/candidates.js';
import { toFormErrors } from '../api/request.js';

interface Props {
  userId: string;
  profile: Profile;
  /** What the button says. */
  label: string;
  /** Leaves out what a first document does without. */
  isShort?: boolean;
  saved?: () => void;
}

/** A person's name and addresses. */
export function ProfileFields({ userId, profile, label, isShort = false, saved }: Props) {
  const { mutate, isPending, error } = useSaveProfile(userId);
  const form = useForm({ initialValues: toValues(profile) });
  const submit = (values: Values) =>
    mutate(values, {
      onSuccess: () => {
        form.resetDirty();
        if (saved) saved();
        else notifications.show({ message: 'Saved.' });
      },
      onError: (failure) => form.setErrors(toFormErrors(failure)),
    });
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput
            label="First name"
            autoComplete="given-name"
            required
            {...form.getInputProps('first_name')}
          />
          <TextInput label="Last name" autoComplete="family-name" {...form.getInputProps('last_name')} />
          {!isShort && (
            <>
              <TextInput label="E-mail" type="email" autoComplete="email" {...form.getInputProps('email')} />
              <TextInput label="Phone" type="tel" autoComplete="tel" {...form.getInputProps('phone')} />
              <TextInput
                label="Address"
                autoComplete="street-address"
                {...form.getInputProps('mailing_address')}
              />
            </>
          )}
        </SimpleGrid>
        <TextInput
          label="Calendly"
          description="Or any page where people book a time with you."
          type="url"
          placeholder="https://calendly.com/your-name/30min"
          {...form.getInputProps('calendly_url')}
        />
        <TextInput
          label="LinkedIn"
          type="url"
          placeholder="https://www.linkedin.com/in/your-name"
          {...form.getInputProps('linkedin_url')}
        />
        <TextInput
          label="Portfolio or website"
          type="url"
          placeholder="https://"
          {...form.getInputProps('portfolio_url')}
        />
        {error && (
          <Alert color="red" role="alert">
            {error.message}
          </Alert>
        )}
        <Group>
          <Button type="submit" loading={isPending}>
            {label}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const FIELDS = [
  'first_name',
  'last_name',
  'email',
  'phone',
  'mailing_address',
  'calendly_url',
  'linkedin_url',
  'portfolio_url',
] as const;
type Values = Record<(typeof FIELDS)[number], string>;

/** Inputs know no null. */
function toValues(profile: Profile): Values {
  return Object.fromEntries(FIELDS.map((field) => [field, profile[field] ?? ''])) as Values;
}
