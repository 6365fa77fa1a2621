import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { profileQuery } from '../../api/candidates.js';
import type { GeneratedDocument } from '../../api/documents.js';
import { FIRST_USER_ID } from '../../api/user-id.js';
import { Page } from '../../parts/page.js';
import { ProfileFields } from '../../parts/profile-fields.js';
import { ErrorState, LoadingRows } from '../../parts/states.js';
import { Surface } from '../../parts/surface.js';
import { ClickStep } from './click-step.js';
import { DocumentStep } from './document-step.js';
import { DownloadStep } from './download-step.js';
import { Steps } from './steps.js';

/** Leads from an empty system to the first click, by the hand. */
export function FirstRunPage() {
  const [step, setStep] = useState(0);
  const [document, setDocument] = useState<GeneratedDocument>();
  const { data: profile, error, refetch, isPending } = useQuery(profileQuery(FIRST_USER_ID));

  return (
    <Page
      title="Welcome to Footfall"
      lead="Two minutes to your first tracked document, and to the first click on it."
    >
      <Steps active={step} goTo={setStep} />
      {isPending && <LoadingRows rows={5} />}
      {error && <ErrorState error={error} retry={refetch} />}
      {step === 0 && profile && (
        <Surface
          title="Where do your links lead?"
          note="Give at least one. In a document they turn into links of their own, and whoever clicks still lands here."
        >
          <ProfileFields
            userId={FIRST_USER_ID}
            profile={profile}
            label="Next"
            isShort
            saved={() => setStep(1)}
          />
        </Surface>
      )}
      {step === 1 && (
        <DocumentStep
          made={(made) => {
            setDocument(made);
            setStep(2);
          }}
        />
      )}
      {step === 2 && document && <DownloadStep document={document} next={() => setStep(3)} />}
      {step === 3 && document && <ClickStep document={document} />}
    </Page>
  );
}
