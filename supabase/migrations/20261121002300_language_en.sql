-- English: what people text us.

insert into private.sms_words (language, meaning, words) values
  ('en', 'stop', 'stop|stopall|unsubscribe|unsub|cancel|end|quit|revoke|optout|stopit|removeme|cease|ceaseanddesist|notexts'),
  ('en', 'stop_first', 'stop|stopall|stop all|unsubscribe|unsub|cease|opt out|optout|opt me out|quit|revoke|remove me|take me off|no more (texts|messages|sms)'),
  ('en', 'stop_said', '(stop|quit|cease|cancel|end) (the |these |this |those |all |your |my |any |all of the |all these |all your |sending |receiving |getting )*(me )?(texts|text|texting|text messages|messages|message|messaging|msgs|sms|sending|contacting|bothering|spamming|writing|calling|spam|notifications)|(dont|do not|never|please dont|not to) (text|message|contact|write|sms|send me)|opt (me )?out|unsubscribe|(remove|delete|take) (me|my number) (off|from)|(remove|delete) my (phone )?number|wrong number (please )?(stop|remove)|spam stop$|revoke (my )?consent|no longer (want|wish|need)( to receive| to get)?( any| these| your| the)* (texts|text messages|messages|sms)|(no more|no further) (texts|text messages|messages|sms)|leave me alone|make (it|this) stop|want (it|this|these|them|you) to stop|(dont|do not) want (any more |any |more |these |your |to get |to receive |to be )+(texts|text messages|messages|sms|texted|contacted|notifications)|stop it|please stop'),
  ('en', 'not_stop', 'stop (by|in|over|off)|quit (smoking|my)'),
  ('en', 'polite', 'please|pls|plz|ok|okay|hi|hello|hey|kindly|just|sorry|can you|could you|would you|will you|you must|and|now|thanks|thank you|no|yes|i said|i want to|id like to|i would like to|i wish to|can i|how do i|to'),
  ('en', 'not', 'dont|do not|never|didnt|did not|wont|will not|not'),
  ('en', 'attend', 'c|confirm|confirmed|illbethere'),
  ('en', 'call_off', 'x'),
  ('en', 'take', 'y|1|ok|okay|takeit|illtakeit|yesplease'),
  ('en', 'decline', 'n|no|2|nothanks|nothankyou'),
  ('en', 'start', 'start|unstop|yes'),
  ('en', 'help', 'help|info');
