/** What the settings page is divided into. */
export const SETTINGS_PARTS = ['profile', 'webhooks', 'keys', 'privacy', 'browser'] as const;
export type SettingsPart = (typeof SETTINGS_PARTS)[number];
