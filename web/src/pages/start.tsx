// What can be painted here at once: shown recipes, each with the picture that this program made of it.
import { useState } from 'preact/hooks';
import type { Recipe } from '../api/types.ts';
import { Icon } from '../components/icon.tsx';
import { JobCard } from '../components/job_card.tsx';
import { fieldsOf, promptField } from '../form/fields.ts';
import { pick, t } from '../i18n/index.ts';
import { submit } from '../state/actions.ts';
import { setDraft } from '../state/drafts.ts';
import { jobs } from '../state/jobs.ts';
import { openRecipe } from '../state/recipes.ts';
import { go } from '../state/route.ts';
import { models, picturesTasks, recipes, taskOf } from '../state/studio.ts';

export function Start() {
  const shown = recipes.value.filter(isPossible);
  const latest = jobs.value.filter((job) => job.pictures.length > 0 && taskOf(job.task)?.gives !== 'run').slice(0, 6);
  return (
    <div class="start">
      <header class="start-head">
        <h1>{t('start.title')}</h1>
        <p class="soft">{t('start.lead')}</p>
        <Words />
      </header>
      {latest.length > 0 && (
        <section aria-labelledby="latest">
          <h2 id="latest">{t('start.latest')}</h2>
          <ul class="strip">
            {latest.map((job) => (
              <li key={job.id}>
                <JobCard job={job} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="recipes">
        <h2 id="recipes">{t('start.recipes')}</h2>
        <ul class="recipes">
          {shown.map((recipe) => (
            <li key={recipe.name}>
              <RecipeCard recipe={recipe} />
              {recipe.example && (
                <button type="button" class="button quiet recipe-example" onClick={() => void openRecipe(recipe, true)}>
                  <Icon name="play" size={14} />
                  <span>
                    {t('start.example')}
                    <span class="unseen">: {pick(recipe.title)}</span>
                  </span>
                </button>
              )}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

// The shortest way to a picture: words, and the task that reads them.
function Words() {
  const [words, setWords] = useState('');
  const task = picturesTasks().find(({ schema }) => promptField(fieldsOf(schema)));
  if (!task) return null;
  const paint = async () => {
    if (!words.trim()) return go(`paint?task=${task.name}`);
    const request = { prompt: words.trim() };
    const job = await submit(task.name, request);
    setDraft(task.name, request);
    if (job) go(`paint?task=${task.name}&job=${job.id}`);
  };
  return (
    <form
      class="words"
      onSubmit={(event) => {
        event.preventDefault();
        void paint();
      }}
    >
      <input
        type="text"
        aria-label={t('form.prompt_hint')}
        placeholder={t('form.prompt_hint')}
        value={words}
        onInput={(event) => setWords(event.currentTarget.value)}
      />
      <button type="submit" class="button main">
        {t('paint.go')}
      </button>
    </form>
  );
}

// Of a task that is offered here, and by a model that is here.
function isPossible({ task, request }: Recipe): boolean {
  const wanted = request['model'];
  return taskOf(task) !== undefined && (!wanted || models.value.some(({ id, present }) => present && id === wanted));
}

function RecipeCard({ recipe }: { recipe: Recipe }) {
  return (
    <button type="button" class="recipe" onClick={() => void openRecipe(recipe)}>
      <img src={recipe.picture} alt="" loading="lazy" width={384} height={288} />
      <span class="recipe-text">
        <strong>{pick(recipe.title)}</strong>
        <span class="soft">{pick(recipe.summary)}</span>
        <span class="recipe-act">
          <Icon name={recipe.needs.length ? 'plus' : 'play'} size={16} />
          {recipe.needs.length ? t('start.needs_picture') : t('start.at_once')}
        </span>
      </span>
    </button>
  );
}
