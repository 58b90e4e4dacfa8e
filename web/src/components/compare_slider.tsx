// Two pictures over each other; the line between them moves by pointer or arrow keys.
import { useRef, useState } from 'preact/hooks';
import { t } from '../i18n/index.ts';

interface Props {
  before: string;
  after: string;
  width: number;
  height: number;
}

export function CompareSlider({ before, after, width, height }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(50);
  return (
    <div class="compare" ref={frame} style={{ aspectRatio: `${width} / ${height}`, '--ratio': String(width / height) }}>
      <img src={before} alt={t('compare.before')} />
      <img src={after} alt={t('compare.after')} style={{ clipPath: `inset(0 0 0 ${at}%)` }} />
      <div class="compare-line" style={{ left: `${at}%` }} aria-hidden="true" />
      <input
        type="range"
        min={0}
        max={100}
        value={at}
        aria-label={t('compare.label')}
        onInput={(event) => setAt(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}
