import { request } from './request.js';

/** From now on clicks of this browser are the person's own, or are no longer. */
export function setOwnClicks(own: boolean): Promise<{ own_clicks: boolean }> {
  return request('/api/own-clicks', { method: own ? 'POST' : 'DELETE', ...(own && { body: {} }) });
}
