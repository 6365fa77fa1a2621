import type { LinkVariable } from '../rendering/link-marks.js';

/** What link-service and readers call the link of each variable. */
export const LINK_FUNCTIONS: Record<LinkVariable, { name: string; type: string; label: string }> = {
  calendly_url: { name: 'Calendly', type: 'networking', label: 'Schedule a meeting' },
  linkedin_url: { name: 'LinkedIn', type: 'profile', label: 'LinkedIn' },
  portfolio_url: { name: 'Portfolio', type: 'profile', label: 'Portfolio' },
};
