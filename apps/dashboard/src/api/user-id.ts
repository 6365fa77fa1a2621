import { useLocalStorage } from '@mantine/hooks';
import { usePrincipal } from './session.js';

/** The profile that Footfall makes at its first start. */
export const FIRST_USER_ID = 'default';

/** Whose profile this browser works with: that of who is logged in, where they are bound to one. */
export function useUserId() {
  const [chosen, choose] = useChosenUserId();
  return [usePrincipal()?.user_id ?? chosen, choose] as const;
}

function useChosenUserId() {
  return useLocalStorage({
    key: 'footfall.user-id',
    defaultValue: FIRST_USER_ID,
    getInitialValueInEffect: false,
  });
}
