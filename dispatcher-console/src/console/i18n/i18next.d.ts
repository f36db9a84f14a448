import 'i18next';
import type { zhBoard } from '../../board/words/zh';
import type { zhReports } from '../../reports/words/zh';
import type { zh } from './zh';
import type { zhRegistry } from './zh-registry';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof zh & typeof zhRegistry & typeof zhBoard & typeof zhReports };
  }
}
