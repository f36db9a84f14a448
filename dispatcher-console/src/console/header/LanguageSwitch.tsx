import { changeLang, useSpeech } from '../i18n';

/** Offers the other language, in its own words. */
export function LanguageSwitch() {
  const { t, lang } = useSpeech();
  const other = lang === 'zh' ? 'en' : 'zh';
  const name = other === 'zh' ? '中文' : 'English';
  return (
    <button
      type="button"
      className="button quiet language"
      lang={other === 'zh' ? 'zh-CN' : 'en'}
      title={t('header.language')}
      onClick={() => changeLang(other)}
    >
      {name}
    </button>
  );
}
