/** Set by the supervisor, not by people. */
export const SLOT_VARIABLE = 'FOOTFALL_WORKER';

/** Which of the WORKERS this process is, from 0 on: a worker that is started again has its predecessor's. */
export function workerSlot(env: NodeJS.ProcessEnv): number {
  return Number(env[SLOT_VARIABLE] ?? 0);
}
