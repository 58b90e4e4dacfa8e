// Painting with the hand, for who wants it: what to press, what is going on, what is missing. The camera and the tracker are loaded
// only then.
import { lazy, Suspense } from 'preact/compat';
import { useEffect, useState } from 'preact/hooks';
import { isActive } from '../../api/types.ts';
import { Button } from '../../components/button.tsx';
import { JobProgress } from '../../components/job_progress.tsx';
import { t, type Key } from '../../i18n/index.ts';
import { bytesText } from '../../i18n/numbers.ts';
import { pullModel } from '../../state/actions.ts';
import { pullOf } from '../../state/jobs.ts';
import { loadModels, models } from '../../state/studio.ts';
import { handModel, handOn, type HandPhase } from './state.ts';

const HandView = lazy(() => import('./hand_view.tsx'));

export function HandPanel() {
  const [trouble, setTrouble] = useState<Key | null>(null);
  const [phase, setPhase] = useState<HandPhase>('camera');
  useEffect(
    () => () => {
      handOn.value = false;
    },
    [],
  );
  const toggle = () => {
    setTrouble(null);
    setPhase('camera');
    handOn.value = !handOn.value;
  };
  const giveUp = (what: Key) => {
    setTrouble(what);
    handOn.value = false;
  };
  const here = models.value.some(({ id, present }) => id === handModel && present);
  const watching = handOn.value && here;
  const text: Key = trouble ?? (watching ? `hand.phase.${phase}` : handOn.value ? 'hand.missing' : 'hand.private');
  return (
    <>
      <div class="hand-bar">
        <Button icon="palm" label={t('hand.switch')} pressed={handOn.value} onPress={toggle} />
        <span class={trouble ? 'outcome' : 'soft'} role="status">
          {t(text)}
        </span>
        {handOn.value && !here && <HandFetch />}
      </div>
      {watching && (
        <Suspense fallback={null}>
          <HandView onPhase={setPhase} onTrouble={giveUp} />
        </Suspense>
      )}
    </>
  );
}

function HandFetch() {
  const model = models.value.find(({ id }) => id === handModel);
  const pull = pullOf(handModel);
  useEffect(() => void loadModels(), [pull?.state]);
  if (pull && isActive(pull)) return <JobProgress job={pull} label={handModel} />;
  return (
    <>
      {model && (
        <Button
          icon="download"
          label={t('hand.fetch', { size: bytesText(model.bytes), licence: model.licence })}
          onPress={() => void pullModel(handModel)}
        />
      )}
      {pull?.state === 'failed' && <span class="outcome">{pull.error?.detail}</span>}
    </>
  );
}
