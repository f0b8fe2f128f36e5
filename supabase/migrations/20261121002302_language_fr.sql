-- French: what people text us, and what is said to them.

insert into private.sms_words (language, meaning, words) values
  ('fr', 'stop', 'stop|arret|arreter|arretez|fin|annuler|resilier|desabonner|desabonnement|desinscription|desinscrire'),
  ('fr', 'stop_first', 'stop|unsubscribe|arret|arretez|arrete|stopper|stoppez|desabonner|desabonnez moi|desabonnement|desinscription|desinscrire|desinscrivez moi|me desabonner|me desinscrire|plus de (messages|sms|textos)'),
  ('fr', 'stop_said', '(arretez|arrete|arreter|cessez|cesser) (de |les |ces |vos |tous |tous les )*(me |m )?(denvoyer|denvoyez|menvoyer|envoyer|ecrire|mecrire|decrire|contacter|messages|sms|textos|envois)|(ne )?(veux|souhaite|voudrais|desire) plus (recevoir|de|etre)|(ne )?(menvoyez|mecrivez|me contactez|mecris|menvoie|me texte) plus|(me|me faire) (desabonner|desinscrire)|(desabonnez|desinscrivez) moi|plus de (messages|sms|textos)( svp| merci| sil vous plait)?$'),
  ('fr', 'not_stop', 'arret (de bus|de travail|maladie|cardiaque)'),
  ('fr', 'polite', 's il vous plait|sil vous plait|svp|merci|merci de|bonjour|veuillez|je veux|je voudrais|je souhaite'),
  ('fr', 'not', 'pas|jamais'),
  ('fr', 'help', 'aide|info'),
  ('fr', 'start', 'start');
