/** Chinese: what this page says beside the words of the aide's page. `{name}` is filled in. */
export const zh = {
  'link.title': '银铃 · 求助',
  'link.title_offer': '【求助】银铃',
  'link.title_cancelled': '【任务取消】银铃',
  'link.checking': '正在打开…',
  'link.no_signal': '没有信号，正在再试…',

  'closed.title': '有老人求助，请您去帮忙',
  'closed.text': '点下面的按钮，看地点和时间，再决定去不去。',
  'closed.once': '这个链接只能在一部手机上打开。',
  'closed.open': '打开',
  'closed.opening': '正在打开…',
  'closed.failed': '没有打开：网络不通。请再点一次，或打电话给中心。',

  'fail.title': '打不开',
  'fail.elsewhere': '这个链接已经在另一部手机上打开了。',
  'fail.elsewhere_help': '如果不是您打开的，或者要换手机，请打电话给中心。',
  'fail.invalid': '这个链接无效。',
  'fail.invalid_help': '请从短信里重新点链接，不要漏掉后面的字母；还不行就打电话给中心。',
  'fail.nobody': '这一单已经结束，或者这部手机没有打开过链接。',
  'fail.nobody_help': '请从短信里重新点链接，或打电话给中心。',

  'call.centre': '打给中心',
  'call.centre_by_hand': '请打电话给中心。',

  'lost.title': '没有信号，下面是 {age}的情况',
  'pending.step': '正在发送：{step}',
  'pending.help': '有信号就自动发出，发出以前请不要关闭本页。',
  'refused.step': '“{step}”没有被接受。请看现在的情况，或打电话给中心。',

  'map.title': '用地图带路',
  'map.wechat': '微信里点了没有反应时，请复制地址，自己打开地图。',
  'map.copy': '复制地址',
  'map.copied': '已复制',

  'door.keys': '钥匙与门禁码',
  'door.ask_code': '门禁码请打电话问中心',

  'over.taken': '已有别人去了',
  'over.taken_help': '不用您去了，谢谢您！',
  'over.closed': '这次求助已经结束',
  'over.closed_help': '不用您去了，谢谢您！',
  'over.withdrawn': '中心收回了这一单',
  'over.withdrawn_help': '有疑问请打电话给中心。',
  'over.expired': '时间已过，没有接到这一单',
  'over.expired_help': '中心已请别人去。如果您就在附近，请打电话给中心。',
  'over.declined': '您已拒单',
  'over.declined_help': '中心会请别人去，谢谢您告诉我们。',
  'over.done': '辛苦了！',
  'over.done_help': '这一单已处置完成，谢谢您。老人的资料已从本页删除，可以关闭本页。',
} as const;

/** Every text of this page's own has one of these names. */
export type LinkKey = keyof typeof zh;
