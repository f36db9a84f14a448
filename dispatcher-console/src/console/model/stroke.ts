/** What of a key event decides; a real one fits, and so does a test's. */
export interface KeyPress {
  key: string;
  code: string;
  keyCode: number;
  isComposing: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/** Keys that say nothing by themselves, or are half of a composed character. */
const SILENT = new Set(['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'NumLock', 'Dead', 'Process', 'Unidentified', 'Compose', '']);

/** While an input method is at work, browsers report this code for every key. */
const COMPOSING_KEY_CODE = 229;

/** What the browser, the system or the page's own fields need; no command may take it. */
const RESERVED = new Set([
  'Tab', 'Shift+Tab', 'Enter', 'Space', 'Escape', 'Shift+Enter', 'Shift+Space', 'Ctrl+Enter',
  'Ctrl+A', 'Ctrl+C', 'Ctrl+V', 'Ctrl+X', 'Ctrl+W', 'Ctrl+T', 'Ctrl+N', 'Ctrl+R', 'Ctrl+Shift+T', 'Ctrl+Shift+N', 'Ctrl+Shift+W', 'Ctrl+Shift+R',
  'F5', 'F11', 'F12', 'Alt+F4',
]); // prettier-ignore

/** Returns whether an input method is composing: what is pressed then belongs to it alone. */
export function isComposing(press: Pick<KeyPress, 'isComposing' | 'keyCode' | 'key'>): boolean {
  return press.isComposing || press.keyCode === COMPOSING_KEY_CODE || press.key === 'Process';
}

/**
 * Returns the name of what was pressed (`A`, `Shift+A`, `Ctrl+K`, `?`, `F1`), null for what is no stroke.
 * Caps lock and the width of Chinese punctuation make no difference; Command counts as Ctrl.
 */
export function strokeOf(press: KeyPress): string | null {
  if (isComposing(press) || SILENT.has(press.key)) return null;
  const key = nameOf(press);
  const modifiers = [
    press.ctrlKey || press.metaKey ? 'Ctrl+' : '',
    press.altKey ? 'Alt+' : '',
    // A sign is what it is, whatever keyboard needs Shift for it.
    press.shiftKey && !isSign(key) ? 'Shift+' : '',
  ];
  return modifiers.join('') + key;
}

function nameOf({ key, code }: KeyPress): string {
  if (key === ' ' || key === '\u3000') return 'Space';
  // A keyboard set to another alphabet still has its letters where they are.
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  const narrow = key.length === 1 ? narrowed(key) : key;
  if (/^[a-z]$/i.test(narrow)) return narrow.toUpperCase();
  if (letter !== undefined && narrow.length === 1 && narrow > '\u007f') return letter;
  return narrow;
}

/** Returns the narrow form of a wide sign (？ → ?); the Chinese comma lies on the key of the slash. */
function narrowed(key: string): string {
  const point = key.codePointAt(0) ?? 0;
  if (point >= 0xff01 && point <= 0xff5e) return String.fromCodePoint(point - 0xfee0);
  return key === '\u3001' ? '/' : key;
}

function isSign(key: string): boolean {
  return key.length === 1 && !/[A-Z0-9]/.test(key);
}

/** Returns whether a stroke is a character alone: only those can be struck by mistake while speaking or typing. */
export function isCharacter(stroke: string): boolean {
  return !/^(Ctrl|Alt)\+/.test(stroke) && stroke.replace(/^Shift\+/, '').length === 1;
}

/** Returns whether a stroke is free for commands to take. */
export function isTakeable(stroke: string): boolean {
  return !RESERVED.has(stroke) && /^(Ctrl\+)?(Alt\+)?(Shift\+)?([\x21-\x7e]|F\d{1,2}|Arrow(Up|Down|Left|Right)|Home|End|PageUp|PageDown|Insert|Delete|Backspace)$/.test(stroke);
}

const SHOWN: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  Delete: 'Del',
  Backspace: '⌫',
};

/** Returns a stroke as it is printed on a key. */
export function shownStroke(stroke: string): string {
  const [, modifiers = '', key = ''] = /^((?:(?:Ctrl|Alt|Shift)\+)*)(.+)$/.exec(stroke) ?? [];
  return modifiers.replace('Shift+', '⇧') + (SHOWN[key] ?? key);
}

/** Returns a stroke as `aria-keyshortcuts` wants it. */
export function ariaStroke(stroke: string): string {
  return stroke.replace('Ctrl+', 'Control+').replace(/\+\+$/, '+Plus');
}
