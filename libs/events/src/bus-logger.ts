/** What the bus needs of a logger; pino's and nestjs-pino's fit. */
export interface BusLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
