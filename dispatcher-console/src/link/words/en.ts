import type { LinkKey } from './zh';

/** English: the compiler asks for every key, a test for the same `{…}` in each. */
export const en: Record<LinkKey, string> = {
  'link.title': 'Silverbell · Call for help',
  'link.title_offer': '[HELP] Silverbell',
  'link.title_cancelled': '[CANCELLED] Silverbell',
  'link.checking': 'Opening…',
  'link.no_signal': 'No signal, trying again…',

  'closed.title': 'Somebody needs help. Can you go?',
  'closed.text': 'Tap the button to see where and how far, then decide.',
  'closed.once': 'This link opens on one phone only.',
  'closed.open': 'Open',
  'closed.opening': 'Opening…',
  'closed.failed': 'It did not open: no connection. Tap again, or call the centre.',

  'fail.title': 'It does not open',
  'fail.elsewhere': 'This link was opened on another phone.',
  'fail.elsewhere_help': 'If that was not you, or you need another phone, call the centre.',
  'fail.invalid': 'This link is not valid.',
  'fail.invalid_help': 'Tap the link in the text message again, with all its letters; if that does not help, call the centre.',
  'fail.nobody': 'This job is over, or this phone has opened no link.',
  'fail.nobody_help': 'Tap the link in the text message again, or call the centre.',

  'call.centre': 'Call the centre',
  'call.centre_by_hand': 'Please call the centre.',

  'lost.title': 'No signal; below is how it was {age}',
  'pending.step': 'Sending: {step}',
  'pending.help': 'It goes out as soon as there is a signal; please keep this page open until then.',
  'refused.step': '“{step}” was not accepted. See how things are now, or call the centre.',

  'map.title': 'Let a map lead you',
  'map.wechat': 'If nothing happens in WeChat, copy the address and open the map yourself.',
  'map.copy': 'Copy the address',
  'map.copied': 'Copied',

  'door.keys': 'Keys and door codes',
  'door.ask_code': 'Call the centre for the door code',

  'over.taken': 'Somebody else is going',
  'over.taken_help': 'You need not go. Thank you!',
  'over.closed': 'This call for help has ended',
  'over.closed_help': 'You need not go. Thank you!',
  'over.withdrawn': 'The centre has taken it back',
  'over.withdrawn_help': 'If in doubt, call the centre.',
  'over.expired': 'Too late: the time to accept is over',
  'over.expired_help': 'The centre has asked somebody else. If you are close by, call the centre.',
  'over.declined': 'You declined',
  'over.declined_help': 'The centre will ask somebody else. Thank you for telling us.',
  'over.done': 'Thank you!',
  'over.done_help': 'Your part is done. The senior’s file is gone from this page; you may close it.',
};
