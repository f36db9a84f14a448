import { enScreens } from './en-screens';
import { enWords } from './en-words';

export const en = { ...enScreens, ...enWords };
