import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { browserLanguage, fieldLabel, fill, language, t } from '../../src/i18n/index.ts';
import { en } from '../../src/i18n/en.ts';
import { zh } from '../../src/i18n/zh.ts';

const source = join(import.meta.dirname, '../../src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
const text = files
  .filter((name) => !name.startsWith('i18n/en') && !name.startsWith('i18n/zh'))
  .map((name) => readFileSync(join(source, name), 'utf8'))
  .join('\n');

const gaps = (sentence: string): string[] => (sentence.match(/\{\w+\}/g) ?? []).sort();

describe('the dictionaries', () => {
  it('say the same things', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  });
  it('leave the same gaps', () => {
    for (const [key, sentence] of Object.entries(en))
      expect([key, gaps(zh[key as keyof typeof en])]).toEqual([key, gaps(sentence)]);
  });
  it('are not English where they should be Chinese', () => {
    const same = Object.entries(en).filter(
      ([key, sentence]) => /[a-z]{3}/.test(sentence) && zh[key as keyof typeof en] === sentence,
    );
    expect(same).toEqual([]);
  });
  it('hold nothing that the page does not say', () => {
    const unsaid = Object.keys(en).filter((key) => {
      const family = key.slice(0, key.lastIndexOf('.') + 1);
      return !text.includes(`'${key}'`) && !text.includes(`\`${family}\${`);
    });
    expect(unsaid).toEqual([]);
  });
});

describe('the language', () => {
  it('is the first of the browser that is known', () => {
    expect(browserLanguage(['fr', 'zh-TW', 'en'])).toBe('zh');
    expect(browserLanguage(['de'])).toBe('en');
    expect(browserLanguage(['en-GB', 'zh'])).toBe('en');
  });
  it('changes what is said', () => {
    language.value = 'zh';
    expect(t('nav.paint')).toBe('作画');
    expect(fieldLabel('seed')).toBe('随机种子');
    language.value = 'en';
    expect(fieldLabel('content-weight')).toBe('Content weight');
  });
  it('fills gaps, and leaves unknown ones', () => {
    expect(fill('{n} of {total}, {x}', { n: 1, total: 2 })).toBe('1 of 2, {x}');
  });
});
