import type { DataSource } from 'typeorm';
import type { Application } from './application.js';

/** What people did with an application's links of one function. */
export interface ApplicationFunction {
  link_function: string;
  human_clicks: number;
  opened_at: Date | null;
  booked_at: Date | null;
}

const FUNCTIONS = `
SELECT link_function, human_clicks::float8, opened_at, booked_at
FROM application_functions WHERE user_id = $1 AND application_id = $2 ORDER BY link_function`;

/** Also functions that nobody has clicked, by name. */
export async function listFunctions(
  dataSource: DataSource,
  { user_id, application_id }: Application,
): Promise<ApplicationFunction[]> {
  return dataSource.query(FUNCTIONS, [user_id, application_id]);
}
