import type { BusLogger } from './bus-logger.js';

/** For tests that provoke what is logged. */
export const silentLogger: BusLogger = { info: () => {}, warn: () => {}, error: () => {} };
