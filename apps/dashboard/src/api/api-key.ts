const NAME = 'footfall.api-key';
const listeners = new Set<() => void>();

/** The key that calls carry, when the server asks for one. */
export function readApiKey(): string | undefined {
  return sessionStorage.getItem(NAME) ?? localStorage.getItem(NAME) ?? undefined;
}

/** Kept until the browser is closed, or on this device. */
export function saveApiKey(key: string, { onThisDevice }: { onThisDevice: boolean }): void {
  forgetApiKey();
  (onThisDevice ? localStorage : sessionStorage).setItem(NAME, key);
}

export function forgetApiKey(): void {
  sessionStorage.removeItem(NAME);
  localStorage.removeItem(NAME);
}

/** Calls back whenever the server refused a call for want of a key; answers how to stop. */
export function onKeyNeeded(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function tellKeyNeeded(): void {
  for (const listener of listeners) listener();
}
