-- German: what people text us, and what is said to them.

insert into private.sms_words (language, meaning, words) values
  ('de', 'stop', 'stop|stopp|stoppen|ende|beenden|kundigen|stornieren|schluss|aufhoren|abmelden|abbestellen|abmeldung'),
  ('de', 'stop_first', 'stop|unsubscribe|stopp|stoppen|abmelden|abmeldung|abbestellen|aufhoren|schluss damit|hort auf|horen sie auf|hor auf|keine (sms|nachrichten|textnachrichten) mehr|keine weiteren (sms|nachrichten|textnachrichten)'),
  ('de', 'stop_said', '(hort|hor|horen sie|horen) (bitte |damit |endlich |sofort )*auf|keine (sms|nachrichten|textnachrichten|texte) mehr|keine weiteren (sms|nachrichten|textnachrichten|texte)|nicht (mehr|weiter) (schreiben|anschreiben|kontaktieren|texten|senden|schicken|zusenden)|(schreiben sie|schreibt|schreib|schicken sie|schickt|senden sie) (mir|uns) (bitte )?(nichts|nicht|keine) mehr|lassen sie mich in ruhe|mich (bitte )?(abmelden|austragen|abmelde)|melden sie mich ab|(nachrichten|sms|benachrichtigungen) (abbestellen|stoppen|abmelden)'),
  ('de', 'not_stop', 'stopp uhr'),
  ('de', 'polite', 'bitte|hallo|guten tag|danke|ok|ich will|ich mochte|nein|ja'),
  ('de', 'not', 'nie|niemals'),
  ('de', 'help', 'hilfe|info'),
  ('de', 'start', 'start');
