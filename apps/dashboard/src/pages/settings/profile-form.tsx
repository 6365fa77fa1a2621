import { useQuery } from '@tanstack/react-query';
import { type Profile, profileQuery } from '../../api/candidates.js';
import { useUserId } from '../../api/user-id.js';
import { ProfileFields } from '../../parts/profile-fields.js';
import { ErrorState, isMissing, LoadingRows } from '../../parts/states.js';
import { Surface } from '../../parts/surface.js';

export function ProfileForm() {
  const [userId] = useUserId();
  const { data, error, refetch, isPending } = useQuery(profileQuery(userId));
  if (isPending) return <LoadingRows rows={5} />;
  if (error && !isMissing(error)) return <ErrorState error={error} retry={refetch} />;
  return (
    <Surface
      title="Who you are, and where your links lead"
      note="New documents use this. Links that are out already stay as they are, unless they were told to move along."
    >
      <ProfileFields key={userId} userId={userId} profile={data ?? NOBODY} label="Save" />
    </Surface>
  );
}

const NOBODY: Profile = {
  first_name: null,
  last_name: null,
  email: null,
  phone: null,
  mailing_address: null,
  calendly_url: null,
  linkedin_url: null,
  portfolio_url: null,
};
