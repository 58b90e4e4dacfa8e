// What a task found that gives no picture: names and values, as deep as they go.
import { fieldLabel } from '../i18n/index.ts';
import { numberText } from '../i18n/numbers.ts';
import { isRecord } from '../state/stored.ts';

const isPlain = (value: unknown): boolean => !isRecord(value) && !(Array.isArray(value) && value.some(isRecord));

const plainText = (value: unknown): string =>
  typeof value === 'number'
    ? numberText(value)
    : Array.isArray(value)
      ? value.map(plainText).join(', ')
      : String(value);

const isColour = (value: unknown): value is string => typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value);

function Value({ value }: { value: unknown }) {
  if (isColour(value))
    return (
      <>
        <span class="swatch" style={{ background: value }} /> {value}
      </>
    );
  if (isPlain(value)) return <>{plainText(value)}</>;
  if (Array.isArray(value))
    return (
      <ul class="report-list">
        {value.map((item, index) => (
          <li key={index}>
            <Value value={item} />
          </li>
        ))}
      </ul>
    );
  return <Report report={value} />;
}

export function Report({ report }: { report: unknown }) {
  if (!isRecord(report)) return <Value value={report} />;
  return (
    <dl class="facts">
      {Object.entries(report).map(([name, value]) => (
        <div class="fact" key={name}>
          <dt>{fieldLabel(name.replace(/_/g, '-'))}</dt>
          <dd>
            <Value value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
