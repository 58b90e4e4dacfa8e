// Notices, read out by a screen reader as they come.
import { t } from '../i18n/index.ts';
import { dismiss, notices } from '../state/notices.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map((notice) => (
        <div class="notice" key={notice.id}>
          {notice.kind === 'trouble' && <Icon name="warning" />}
          <span>{notice.text}</span>
          {notice.undo && <Button label={t('action.undo')} kind="quiet" onPress={notice.undo} />}
          <Button icon="close" compact kind="quiet" label={t('action.close')} onPress={() => dismiss(notice.id)} />
        </div>
      ))}
    </div>
  );
}
