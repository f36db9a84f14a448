import { zhScreens } from './zh-screens';
import { zhWords } from './zh-words';

export const zh = { ...zhScreens, ...zhWords };
