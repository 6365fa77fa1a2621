/**
 * SQL: every link that is known, also those known only by their clicks, because events of links and of clicks travel
 * apart. Conditions on its columns reach the indexes of both tables.
 */
export const KNOWN_LINKS = `
  SELECT tracking_id, user_id, job_id, application_id, link_function::text, link_type, original_url, description, created_at
  FROM links
  UNION ALL
  SELECT tracking_id, user_id, job_id, application_id, link_function::text, 'external', NULL, NULL, NULL
  FROM link_counters AS clicked WHERE NOT EXISTS (SELECT FROM links WHERE links.tracking_id = clicked.tracking_id)`;
