import type { Lang } from '../../shared/lang';

/** What the way says: with its card, and not with the page, which a weak signal has to carry first. */
const WORDS = {
  zh: {
    straight: '直线估算，不是实际道路',
    elsewhere: '从您 {age}的位置算起',
    standby: '从待命点算起，中心不知道您在哪里',
    drawing: '路线示意，上方为北',
    map: '路线地图',
    show: '看地图',
    failed: '地图打不开，请看上面的示意图',
    loading: '正在读取路线…',
    none: '没有网络，暂时看不到路线',
    unknown: '中心还不知道老人的位置',
    here: '您',
    door: '老人',
    twoFingers: '用两个手指移动地图',
    ctrl: '按住 Ctrl 滚动可缩放地图',
    invented: '演示街道，并非真实地图',
  },
  en: {
    straight: 'Straight line, not by road',
    elsewhere: 'From where you were {age}',
    standby: 'From your standby place: the centre does not know where you are',
    drawing: 'The way in outline, north is above',
    map: 'Map of the way',
    show: 'Show the map',
    failed: 'The map does not open: see the outline above',
    loading: 'Reading the way…',
    none: 'No network: the way cannot be seen now',
    unknown: 'The centre does not know yet where the senior is',
    here: 'You',
    door: 'Senior',
    twoFingers: 'Move the map with two fingers',
    ctrl: 'Hold Ctrl and scroll to zoom',
    invented: 'Invented streets of the demo, no real map',
  },
} as const;

export type WayWords = Record<keyof (typeof WORDS)['zh'], string>;

export function wayWords(lang: Lang): WayWords {
  return WORDS[lang];
}
