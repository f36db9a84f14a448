import i18next from 'i18next';

import { enRegistry } from '../i18n/en-registry';
import { zhRegistry } from '../i18n/zh-registry';

/** Adds the registry's words to those of the page; they come with the registry, in its own chunk. */
export function addRegistryWords(): void {
  i18next.addResourceBundle('zh', 'translation', zhRegistry, true, true);
  i18next.addResourceBundle('en', 'translation', enRegistry, true, true);
}
