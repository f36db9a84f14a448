import { DropdownMenu } from 'radix-ui';

import { LANGS, nameOfLang, tagOf } from '../../shared/lang';
import { changeLang, useSpeech } from '../i18n';
import { THEME_CHOICES } from '../model/theme';
import { logOut } from '../services';
import { notify, openDialog } from '../state/desk';
import { useSession } from '../state/session';
import { chooseTheme, useThemeChoice } from '../state/theme';
import { openMapWindow, showScreen, useWindow } from '../state/windows';
import { Kbd } from '../ui/Kbd';

/** Who sits here, and what is needed once in a shift: it would only crowd the bar. */
export function DeskMenu() {
  const { t, word } = useSpeech();
  const user = useSession((session) => session.user);
  return (
    // Not modal: an alarm pops up beside an open menu as beside a closed one.
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="button small quiet who" title={t('header.you')}>
        <bdi>{user?.name}</bdi> <span className="muted">{word('userRole', user?.role ?? '')}</span>{' '}
        <span aria-hidden="true">▾</span>
      </DropdownMenu.Trigger>
      {/* In the header and in no portal: it is a part of that landmark. */}
      <DropdownMenu.Content className="menu" align="end" sideOffset={6} collisionPadding={8}>
        <ScreenItems />
        <SupervisorsPages role={user?.role} />
        <Themes />
        <Languages />
        <DropdownMenu.Separator className="menu-line" />
        <DropdownMenu.Item className="menu-item" title={t('keyboard.helpHint')} onSelect={() => openDialog('help')}>
          {t('keyboard.open')} <Kbd command="help" />
        </DropdownMenu.Item>
        <DropdownMenu.Item className="menu-item" onSelect={() => void logOut()}>
          {t('header.logout')} <Kbd command="logOut" />
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}

/** What supervisors look at, in windows of their own: the queue stays where it is. */
function SupervisorsPages({ role }: { role: string | undefined }) {
  const { t } = useSpeech();
  if (role !== 'supervisor' && role !== 'admin') return null;
  return (['board', 'reports'] as const).map((page) => (
    <DropdownMenu.Item key={page} className="menu-item" asChild>
      <a href={`/${page}`} target="_blank" rel="noreferrer">
        {t(`page.${page}`)}
      </a>
    </DropdownMenu.Item>
  ));
}

function ScreenItems() {
  const { t } = useSpeech();
  const screen = useWindow((here) => here.screen);
  if (screen === 'map') return null;
  if (screen === 'desk') {
    return (
      <DropdownMenu.Item className="menu-item" onSelect={() => showScreen('whole')}>
        {t('screen.mapBack')}
      </DropdownMenu.Item>
    );
  }
  return (
    <DropdownMenu.Item
      className="menu-item"
      onSelect={() => {
        if (!openMapWindow()) notify('bad', t('screen.blocked'));
      }}
    >
      {t('screen.mapAway')}
    </DropdownMenu.Item>
  );
}

function Themes() {
  const { t } = useSpeech();
  return (
    <>
      <DropdownMenu.Label className="menu-label">{t('theme.heading')}</DropdownMenu.Label>
      <DropdownMenu.RadioGroup value={useThemeChoice()} aria-label={t('theme.heading')}>
        {THEME_CHOICES.map((choice) => (
          <DropdownMenu.RadioItem key={choice} value={choice} className="menu-item" onSelect={() => chooseTheme(choice)}>
            {t(`theme.${choice}`)}
            <Chosen />
          </DropdownMenu.RadioItem>
        ))}
      </DropdownMenu.RadioGroup>
    </>
  );
}

function Languages() {
  const { t, lang } = useSpeech();
  return (
    <>
      <DropdownMenu.Label className="menu-label">{t('header.language')}</DropdownMenu.Label>
      <DropdownMenu.RadioGroup value={lang} aria-label={t('header.language')}>
        {LANGS.map((one) => (
          <DropdownMenu.RadioItem
            key={one}
            value={one}
            className="menu-item"
            lang={tagOf(one)}
            onSelect={() => changeLang(one)}
          >
            {nameOfLang(one)}
            <Chosen />
          </DropdownMenu.RadioItem>
        ))}
      </DropdownMenu.RadioGroup>
    </>
  );
}

function Chosen() {
  return (
    <DropdownMenu.ItemIndicator className="menu-chosen" aria-hidden="true">
      ✓
    </DropdownMenu.ItemIndicator>
  );
}
