import { LANGS, nameOfLang, tagOf } from '../../shared/lang';
import { changeLang, useSpeech } from '../i18n';

/** Offers every other language, each in its own words. */
export function LanguageSwitch() {
  const { t, lang } = useSpeech();
  return LANGS.filter((other) => other !== lang).map((other) => (
    <button
      key={other}
      type="button"
      className="button quiet language"
      lang={tagOf(other)}
      title={t('header.language')}
      onClick={() => changeLang(other)}
    >
      {nameOfLang(other)}
    </button>
  ));
}
