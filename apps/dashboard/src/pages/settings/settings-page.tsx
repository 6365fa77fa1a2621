import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Page } from '../../parts/page.js';
import { KeysPart } from './keys-part.js';
import { PrivacyPart } from './privacy-part.js';
import { ProfileForm } from './profile-form.js';
import classes from './settings.module.css';
import type { SettingsPart } from './settings-parts.js';
import { ThisBrowser } from './this-browser.js';
import { WebhooksPart } from './webhooks-part.js';

export function SettingsPage() {
  const { part = 'profile' } = useSearch({ from: '/app/settings' });
  const navigate = useNavigate();
  const open = (value: string | null) =>
    void navigate({ to: '/app/settings', search: { part: (value ?? 'profile') as SettingsPart } });
  return (
    <Page title="Settings">
      <Tabs value={part} onChange={open} keepMounted={false}>
        <Tabs.List mb="lg" className={classes.tabs}>
          <Tabs.Tab value="profile">Profile</Tabs.Tab>
          <Tabs.Tab value="webhooks">Notifications</Tabs.Tab>
          <Tabs.Tab value="keys">Keys</Tabs.Tab>
          <Tabs.Tab value="privacy">Privacy</Tabs.Tab>
          <Tabs.Tab value="browser">This browser</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="profile">
          <ProfileForm />
        </Tabs.Panel>
        <Tabs.Panel value="webhooks">
          <WebhooksPart />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <KeysPart />
        </Tabs.Panel>
        <Tabs.Panel value="privacy">
          <PrivacyPart />
        </Tabs.Panel>
        <Tabs.Panel value="browser">
          <ThisBrowser />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
