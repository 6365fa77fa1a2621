import { useLocalStorage } from '@mantine/hooks';

/** The profile that Footfall makes at its first start. */
export const FIRST_USER_ID = 'default';

/** Whose profile this browser works with. */
export function useUserId() {
  return useLocalStorage({
    key: 'footfall.user-id',
    defaultValue: FIRST_USER_ID,
    getInitialValueInEffect: false,
  });
}
