import type { Answers } from '../../../../libs/client/src/generated/answers.js';
import { request } from './request.js';

/** From now on clicks of this browser are the person's own, or are no longer. */
export function setOwnClicks(own: boolean): Promise<Answers['OwnClicksController_end']> {
  return request('/api/own-clicks', { method: own ? 'POST' : 'DELETE', ...(own && { body: {} }) });
}
