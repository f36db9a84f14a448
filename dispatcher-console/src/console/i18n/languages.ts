import { enScreens } from './en-screens';
import { enWords } from './en-words';
import { zhScreens } from './zh-screens';
import { zhWords } from './zh-words';

export const zh = { ...zhScreens, ...zhWords };
export const en = { ...enScreens, ...enWords };
