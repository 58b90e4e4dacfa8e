// From a sentence to the effects that it asks for. Every word must be known: a sentence that is understood in part is not understood.
import { amounts, fillers, here, joins, less, ruleOf, rules, times, type Rule } from './rules.ts';

export interface Wanted {
  rule: Rule;
  factor: number; // 1: the usual amount
  times?: number; // "twice", "4 times"
}

export interface Understanding {
  wanted: Wanted[];
  here: boolean; // at the place that is masked
  guessed: boolean; // not every word was known
}

// Each before the character that the rules are written in.
const traditional =
  '鉛铅筆笔畫画圖图變变對对銳锐點点擴扩邊边兩两側侧繪绘寬宽縱纵橫横飽饱鮮鲜艷艳這这個个嗎吗讓让將将線线舊旧黃黄膠胶顆颗暈晕吶呐構构動动細细節节處处劃划復复刪删東东體体裡里強强減减調调風风雜杂聲声懷怀補补張张轉转為为鏡镜樣样幫帮請请麼么們们顏颜優优壓压溫温輕轻極极別别顯显許许後后並并給给馬马鑲镶單单圍围無无縫缝僅仅';
const simplified = new Map<string, string>();
for (let i = 0; i < traditional.length; i += 2) simplified.set(traditional.charAt(i), traditional.charAt(i + 1));

// Lower case, half width, simplified characters, straight apostrophes, single spaces.
const plain = (text: string): string =>
  [...text.normalize('NFKC').toLowerCase()]
    .map((sign) => simplified.get(sign) ?? sign)
    .join('')
    .replace(/[’‘]/g, "'")
    .replace(/["“”「」『』《》!！?？]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

type Degree = { factor?: number; times?: number; less?: true };
type Heard = Degree & { rule: Rule; clause: number };

// What is said of how much belongs to the effect before it, unless that has been told; else to the next.
class Listener {
  readonly heard: Heard[] = [];
  masked = false;
  private clause = 0;
  private next: Degree = {};
  private open: Heard | undefined;

  effect(rule: Rule): void {
    this.open = { rule, clause: this.clause, ...this.next };
    this.next = {};
    this.heard.push(this.open);
  }
  degree(degree: Degree): void {
    const { open } = this;
    const told = !open || Object.keys(degree).some((key) => key in open);
    Object.assign(told ? this.next : open, degree);
  }
  join(): void {
    ++this.clause;
    this.open = undefined;
    this.next = {};
  }
}

interface Word {
  patterns: RegExp[];
  tell: (listener: Listener, match: RegExpExecArray) => void;
}

// English words end where no letter follows.
const word = ({ en, zh }: { en: string; zh: string }, tell: Word['tell']): Word => ({
  patterns: [
    ...en.split(' / ').map((one) => new RegExp(`(?:${one})(?![a-z])`, 'y')),
    ...zh.split(' / ').map((one) => new RegExp(one, 'y')),
  ],
  tell,
});

const numeral: Word = {
  patterns: [/(\d+(?:\.\d+)?) ?(?:times|fold|x|×|倍)(?![a-z])/y, /[x×] ?(\d+(?:\.\d+)?)/y],
  tell: (listener, match) => listener.degree({ times: Number(match[1]) }),
};

// Of words as long as each other the first is meant.
const vocabulary: readonly Word[] = [
  ...rules.map((rule: Rule) => word(rule, (listener) => listener.effect(rule))),
  numeral,
  ...times.map(([number, en, zh]) => word({ en, zh }, (listener) => listener.degree({ times: number }))),
  ...amounts.map(([factor, en, zh]) => word({ en, zh }, (listener) => listener.degree({ factor }))),
  word(less, (listener) => listener.degree({ less: true })),
  word(here, (listener) => (listener.masked = true)),
  word(joins, (listener) => listener.join()),
  word(fillers, () => undefined),
  { patterns: [/ /y], tell: () => undefined },
];

// Reads the longest word at a place; gives its length, 0 where there is none.
function hear(listener: Listener, text: string, at: number): number {
  let found: { match: RegExpExecArray; tell: Word['tell'] } | undefined;
  for (const { patterns, tell } of vocabulary)
    for (const pattern of patterns) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (match && match[0].length > (found?.match[0].length ?? 0)) found = { match, tell };
    }
  found?.tell(listener, found.match);
  return found?.match[0].length ?? 0;
}

// Undefined where it has no opposite.
function meant({ rule, factor, times, less }: Heard): Wanted | undefined {
  const opposite = Boolean(less) !== (times !== undefined && times < 1);
  if (opposite && !rule.less) return undefined;
  return {
    rule: opposite && rule.less ? ruleOf(rule.less) : rule,
    factor: factor ?? 1,
    ...(times === undefined ? {} : { times: Math.max(times, 1 / times) }),
  };
}

// "Remove contrast" names what is to go; it does not ask for both.
const removesAnEffect = (heard: readonly Heard[]): boolean =>
  heard.some(
    ({ rule, clause }) =>
      rule.name === 'erase' && heard.some((other) => other.rule !== rule && other.clause === clause),
  );

function strictly(text: string): Understanding | null {
  const listener = new Listener();
  for (let at = 0; at < text.length;) {
    const length = hear(listener, text, at);
    if (!length) return null;
    at += length;
  }
  const { heard, masked } = listener;
  const wanted = heard.map(meant).filter((one) => one !== undefined);
  if (!wanted.length || wanted.length < heard.length || removesAnEffect(heard)) return null;
  return { wanted, here: masked, guessed: false };
}

// Something is to go, whatever it is called: the mask says what.
const removal = [
  /^(?:please )?(?:remove|erase|delete|take (?:away|out)|get rid of) (?!.*(?:,| and | then )).{1,40}$/,
  /^请?(?:帮我)?(?:去掉|去除|删除|删掉|移除|抹掉|抹去|擦掉|擦除|消除|除掉|拿掉)[^，。、；,;]{1,16}$/,
  /^请?(?:帮我)?(?:把|将)[^，。、；,;]{1,16}(?:去掉|去除|删除|删掉|移除|抹掉|抹去|擦掉|擦除|消除|除掉|拿掉)吧?了?$/,
];

export function understand(sentence: string): Understanding | null {
  const text = plain(sentence);
  const known = strictly(text);
  if (known || !removal.some((pattern) => pattern.test(text))) return known;
  return { wanted: [{ rule: ruleOf('erase'), factor: 1 }], here: false, guessed: true };
}
