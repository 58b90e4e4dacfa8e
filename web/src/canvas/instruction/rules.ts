// What can be asked for in words: a row for each effect, the words that mean it in English and Chinese, and what does it.
// Words are regular expressions in lower case and simplified characters, set apart by " / ".
import type { Frame } from '../painting.ts';

export type Act =
  | { by: 'dial'; filter: string; usual: number; most: number; stops?: true } // stops: n times is log2 n of them
  | { by: 'chain'; chain: string }
  | { by: 'enlarge' }
  | { by: 'style'; models: string[] } // the first that is here
  | {
      by: 'restore';
      task: string;
      models: string[]; // the first that is here; none: the task needs none
      otherwise?: string; // the effect without them
      mask?: 'found' | 'wanted'; // fills what the mask covers; found: does without one
    }
  | { by: 'outpaint'; sides: (keyof Frame)[] };

export interface Rule {
  name: string;
  en: string;
  zh: string;
  act: Act;
  less?: string; // the effect that is its opposite
}

const dial = (filter: string, usual: number, most: number): Act => ({ by: 'dial', filter, usual, most });
const light = (usual: number): Act => ({ by: 'dial', filter: 'exposure', usual, most: 3, stops: true });
const chain = (steps: string): Act => ({ by: 'chain', chain: steps });
const style = (...models: string[]): Act => ({ by: 'style', models });
const outpaint = (...sides: (keyof Frame)[]): Act => ({ by: 'outpaint', sides });

export const rules = [
  {
    name: 'brighter',
    en: 'bright(er|en|ness)?( up)? / light(er|en)( up)? / more light / too dark',
    zh: '亮(度(更?[大高强])?)? / 提亮 / 加亮 / 明亮 / 太暗',
    act: light(0.5),
    less: 'darker',
  },
  {
    name: 'darker',
    en: 'dark(er|en)? / dimmer / less light / too (bright|light)',
    zh: '暗 / 压暗 / 太亮',
    act: light(-0.5),
    less: 'brighter',
  },
  {
    name: 'contrast',
    en: 'contrasty? / punchier / too flat',
    zh: '高?对比(度(更?[大高强])?)? / 反差 / 太灰',
    act: dial('contrast', 0.3, 1),
    less: 'flatter',
  },
  { name: 'flatter', en: 'flatter', zh: '柔和', act: dial('contrast', -0.3, 1), less: 'contrast' },
  {
    name: 'sharper',
    en: 'sharp(er|en|ness)? / crisp(er)? / clearer',
    zh: '锐(化|利|度(更?[大高强])?) / 清晰(度(更?[大高强])?)? / 清楚',
    act: dial('sharpen', 0.6, 5),
  },
  { name: 'detail', en: 'details? / detailed', zh: '细节', act: dial('detail', 1, 5) },
  {
    name: 'warmer',
    en: 'warm(er|th)? / too (cold|cool|blue)',
    zh: '温?暖(色调?)? / 暖和 / 太冷',
    act: dial('temperature', 0.3, 1),
    less: 'cooler',
  },
  {
    name: 'cooler',
    en: 'cool(er)? / cold(er)? / bluer / too (warm|yellow)',
    zh: '清?冷(色调?)? / 太(暖|黄)',
    act: dial('temperature', -0.3, 1),
    less: 'warmer',
  },
  {
    name: 'vivid',
    en: 'more colou?r / (more )?colou?rful / vivid / saturat(ed|ion) / richer colou?rs',
    zh: '鲜艳 / 艳丽? / 高?饱和(度(更?[大高强])?)? / 鲜明',
    act: dial('saturation', 0.3, 4),
    less: 'muted',
  },
  {
    name: 'muted',
    en: 'muted / paler / duller / less colou?r(ful)? / desaturated?',
    zh: '素雅? / 淡雅?',
    act: dial('saturation', -0.3, 1),
    less: 'vivid',
  },
  {
    name: 'grey',
    en: 'black (and|&) white / b ?& ?w / b/w / monochrome / gr[ae]y(scale)? / (remove|without|no)( the| all)? colou?rs?',
    zh: '黑白 / 灰度 / 单色 / (颜色|色彩)(去掉|去除) / (去掉|去除)(颜色|色彩) / 去色',
    act: chain('saturation:-1'),
  },
  {
    name: 'sepia',
    en: 'sepia / vintage',
    zh: '怀旧 / 复古 / 棕褐色? / 泛黄',
    act: chain('saturation:-1,temperature:0.5'),
  },
  {
    name: 'negative',
    en: 'negative / invert(ed)?( the)?( colou?rs)?',
    zh: '反(色|相) / (底|负)片',
    act: chain('invert'),
  },
  {
    name: 'balance',
    en: 'white balance / (neutral|natural) colou?rs / (remove|fix)( the| a)? colou?r cast',
    zh: '(自动)?白平衡 / (去掉|去除|校正|纠正)?偏色',
    act: chain('white-balance'),
  },
  {
    name: 'levels',
    en: '(auto )?levels / auto contrast / enhance / improve',
    zh: '(自动)?色阶 / 优化 / 美化',
    act: chain('levels'),
  },
  { name: 'grain', en: '(film )?grainy? / more noise', zh: '(胶片)?颗粒感? / 胶片感?', act: dial('grain', 0.15, 1) },
  { name: 'vignette', en: 'vignette / dark(er)? corners', zh: '暗角 / 晕影', act: dial('vignette', 0.4, 1) },
  { name: 'seamless', en: 'seamless / tileable', zh: '无缝', act: chain('seamless') },
  { name: 'watercolour', en: 'watercolou?rs?', zh: '水彩', act: chain('watercolour') },
  { name: 'oil', en: 'oils?', zh: '油画', act: chain('oil') },
  { name: 'pencil', en: '(pencil )?sketch / pencils?', zh: '铅笔 / 素描', act: chain('pencil') },
  { name: 'crayon', en: 'colou?r(ed)? pencils?', zh: '彩(色铅笔|铅)', act: chain('pencil:color=1') },
  {
    name: 'ink',
    en: 'line ?art / line drawing / ink / outlines?',
    zh: '线(稿|描|条画) / 白描 / 钢笔',
    act: chain('lineart'),
  },
  { name: 'woodcut', en: 'woodcut / linocut', zh: '木刻 / (黑白)?版画', act: chain('lineart:fill=1') },
  { name: 'mosaic', en: 'mosaic', zh: '马赛克 / 镶嵌', act: chain('mosaic') },
  {
    name: 'starry_night',
    en: "(van gogh('s)? )?starry[ -]night / van gogh",
    zh: '(梵高|梵谷)?的?(星空|星夜|星月夜) / 梵高 / 梵谷',
    act: style('starry-night'),
  },
  {
    name: 'great_wave',
    en: "(hokusai('s)? )?great[ -]wave( off kanagawa)? / hokusai / ukiyo-?e",
    zh: '神奈川(冲浪里?)? / 巨浪 / 浮世绘 / (葛饰)?北斋',
    act: style('great-wave'),
  },
  { name: 'scream', en: "(munch('s)? )?(the )?scream / munch", zh: '(蒙克)?的?呐喊 / 蒙克', act: style('the-scream') },
  {
    name: 'composition_vii',
    en: "(kandinsky('s)? )?composition (vii|7|seven) / kandinsky / abstract",
    zh: '(康定斯基)?的?(构成|构图)第?(七|7)号? / 康定斯基 / 抽象',
    act: style('composition-vii'),
  },
  {
    name: 'cartoon',
    en: 'cartoons? / anime / comic / manga / miyazaki / ghibli',
    zh: '卡通 / 动[漫画] / 漫画 / 宫崎骏 / 吉卜力',
    act: style('cartoongan/hayao', 'animegan3', 'cartoongan/shinkai', 'cartoongan/hosoda', 'cartoongan/paprika'),
  },
  {
    name: 'rain_princess',
    en: 'rain princess / afremov',
    zh: '雨中公主 / 阿夫列莫夫',
    act: style('fast-style/rain_princess'),
  },
  { name: 'muse', en: "la muse / picasso('s)?", zh: '毕加索 / 缪斯', act: style('fast-style/la_muse') },
  {
    name: 'larger',
    en: 'large(r)? / big(ger)? / enlarged? / upscaled? / scale( it| this)? up / size / resolution',
    zh: '放大 / 更?大 / 高清 / 分辨率 / 尺寸',
    act: { by: 'enlarge' },
  },
  {
    name: 'denoise',
    en: '(remove|reduce|less|clean( up)?|get rid of|take out)( the| this| all)?( the)? noise / denoised? / noise reduction / too noisy',
    zh: '(去掉|去除|消除|减少|降低)?(图中|照片|画面)?的?(噪点|噪声|噪音|杂色)(去掉|去除|消除)? / 去噪 / 降噪',
    act: {
      by: 'restore',
      task: 'denoise',
      models: ['maxim-denoising', 'dncnn'],
      otherwise: 'smooth',
    },
  },
  { name: 'smooth', en: 'smooth(er)?', zh: '平滑', act: dial('denoise', 0.5, 2) },
  {
    name: 'scratches',
    en: '(repair|fix|remove|fill|heal|restore)?( the| these| all)?( the)? ?scratches / scratch removal',
    zh: '(修复|修补|去除|去掉|消除)?划痕(修复|修补|去除|去掉|消除)?',
    act: { by: 'restore', task: 'scratches', models: [], mask: 'found' },
  },
  {
    name: 'old_photo',
    en: '(restore|repair|fix)?( this| the| my| an)? ?old (photo|photograph|picture)',
    zh: '(修复|翻新)?(老|旧)照片(修复|翻新)?',
    act: { by: 'restore', task: 'old-photo', models: [], mask: 'found' },
  },
  {
    name: 'fading',
    en: '(restore|repair|fix|undo)( the)? (fad(ed|ing)( colou?rs)?) / faded',
    zh: '(修复|恢复)?褪色 / 恢复(颜色|色彩)',
    act: { by: 'restore', task: 'fading', models: [] },
  },
  {
    name: 'deblur',
    en: 'deblur / (remove|reduce)( the)?( motion)? blur / too blurry',
    zh: '去(掉|除)?模糊 / 太模糊',
    act: { by: 'restore', task: 'deblur', models: ['maxim-deblurring'], otherwise: 'sharper' },
  },
  {
    name: 'derain',
    en: 'derain / (remove|take away|get rid of)( the)? rain',
    zh: '去(掉|除)?雨(水|滴|丝)?',
    act: { by: 'restore', task: 'derain', models: ['maxim-deraining'] },
  },
  {
    name: 'low_light',
    en: '(fix )?low[ -]light / taken (at night|in the dark)',
    zh: '暗光(增强|提亮)? / 夜景提亮 / 弱光增强',
    act: { by: 'restore', task: 'low-light', models: ['maxim-enhancement'], otherwise: 'brighter' },
  },
  {
    name: 'wider',
    en: 'wider / widen',
    zh: '[加变更]宽 / 宽 / 横向扩展 / 向?(左右|两边|两侧)扩展',
    act: outpaint('left', 'right'),
  },
  { name: 'taller', en: 'taller', zh: '[加变更]高 / 纵向扩展 / 向?上下扩展', act: outpaint('top', 'bottom') },
  {
    name: 'beyond',
    en: 'outpaint / zoom out / (extend|continue)( beyond| over)?( the)?( edges?)? / uncrop',
    zh: '扩(图|展|画) / 外扩 / 向外扩展 / 补全(四周|周围)',
    act: outpaint('left', 'right', 'top', 'bottom'),
  },
  {
    name: 'erase',
    en: '(remove|erase|delete|take (away|out)|get rid of)( this| that| it| these| those| them)?( things?| objects?| part)?( out| away)?',
    zh: '(去掉|去除|删除|删掉|移除|抹掉|抹去|擦掉|擦除|消除|除掉|拿掉)(这个|那个|这些|那些|它们?|这里|此处)?的?(东西|物体|部分)?',
    act: { by: 'restore', task: 'erase', models: ['migan'], otherwise: 'fill', mask: 'wanted' },
  },
  {
    name: 'fill',
    en: 'fill( in)?( the)? (hole|gap|mask)s?',
    zh: '(填补|补上)(空洞|缺口|蒙版)?',
    act: { by: 'restore', task: 'scratches', models: [], mask: 'wanted' },
  },
] as const satisfies readonly Rule[];

export type EffectName = (typeof rules)[number]['name'];

const named = new Map<string, Rule>(rules.map((rule) => [rule.name, rule]));
export function ruleOf(name: string): Rule {
  const rule = named.get(name);
  if (!rule) throw new Error(`no effect ${name}`);
  return rule;
}

// How much, before or after an effect.
export const amounts: readonly [factor: number, en: string, zh: string][] = [
  [
    0.5,
    'a (very )?little( bit)? / (just )?a (bit|touch|tad) / slightly / somewhat / subtly / gently',
    '稍[微稍]? / 略微? / 微微 / 轻微 / 一点点?儿? / 点 / 一些 / 些 / 有点 / 少许',
  ],
  [
    2,
    '(very )?much / a (whole )?lot / lots / very / far / way / really / strongly / significantly / extremely',
    '很多? / 得?多 / 许多 / 非常 / 特别 / 极其? / 十分 / 大大 / 大幅度? / 明显 / 强烈',
  ],
];

export const times: readonly [times: number, en: string, zh: string][] = [
  [2, 'twice / doubled?', '[翻加一两二2] ?倍'],
  [3, 'thrice / tripled? / three (times|x|×)', '三 ?倍'],
  [4, 'quadrupled? / four (times|x|×)', '四 ?倍'],
  [6, 'six (times|x|×)', '六 ?倍'],
  [8, 'eight (times|x|×)', '八 ?倍'],
  [0.5, 'half', '一半'],
];

export const less = {
  en: 'less / reduced?( the)? / decreased?( the)? / lower(ed)?( the)? / not (so|as|too) / not',
  zh: '降低 / 减少 / 减弱 / 调低 / 减 / 低 / 不要?(那么|太)? / 没那么 / 别(那么|太)?',
};

export const here = {
  en: '(only |just )?(here|(in |under )?(the|this) (mask|masked (part|area)|part|area|spot))',
  zh: '(只|仅)?在?(这里|此处|这块|这部分|这个地方|选中的?(部分|地方)|蒙版(里|内|处|下))面?',
};

export const joins = {
  en: '[,;.:+] / and / then / but / also',
  zh: '[，。、；：] / 并且? / 而且 / 同时 / 然后 / 接着 / 再 / 又 / 和 / 以及 / 但是?',
};

export const fillers = {
  en: "(please|could|can|would|you|i|i'd|want|like|need|to|make|turn|change|convert|transform|redraw|repaint|paint|draw|let|give|add|apply|put|get|do|be|is|it|its|it's|the|a|an|this|that|my|me|for|picture|image|photo|photograph|painting|painted|drawing|drawn|print|look|looks|looking|into|in|as|style|styled|version|effect|filter|of|by|with|whole|entire|everything|all|some|more|even|again|so|just|higher|increased?|raised?|boost)",
  zh: '提高|增加|增强|加强|提升|颜色|色彩|色调|全部|看起来|看上去|一样|那样|似的|照片|相片|效果|滤镜|风格|处理|麻烦|可以|能不能|帮(我|忙)?|图(片|像)?|画(面|布|作|风(?!格))?|一下?|更加?|想要?|请|我|要|把|将|让|使|给|对|用|以|这|那|它|个|张|幅|整|体|的|地|得|了|吧|吗|呢|啊|变|转|改|做|弄|调|成|为|加|上|像|有|出',
};
