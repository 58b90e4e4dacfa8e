// Asked for where the server keeps a token.
import { useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import { t } from '../i18n/index.ts';
import { complain } from '../state/notices.ts';
import { openStudio } from '../state/studio.ts';

export function SignIn() {
  const [token, setToken] = useState('');
  const enter = async () => {
    try {
      await api.signIn(token);
      await openStudio();
    } catch (reason) {
      complain(reason);
    }
  };
  return (
    <form
      noValidate
      class="sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        void enter();
      }}
    >
      <h1>{t('sign_in.title')}</h1>
      <p class="soft">{t('sign_in.hint')}</p>
      <label for="token">{t('sign_in.token')}</label>
      <input
        id="token"
        type="password"
        autocomplete="current-password"
        value={token}
        onInput={(event) => setToken(event.currentTarget.value)}
      />
      <button type="submit" class="button main">
        {t('sign_in.enter')}
      </button>
    </form>
  );
}
