-- Portuguese: what people text us, and what is said to them.

insert into private.sms_words (language, meaning, words) values
  ('pt', 'stop', 'stop|cancelar|sair|fim|encerrar|parar|pare|parem|descadastrar|cancelamento'),
  ('pt', 'stop_first', 'stop|unsubscribe|parar|pare|parem|sair|descadastrar|me descadastre|me descadastrem|cancelar inscricao|chega de (mensagens|sms)|nao mais (mensagens|sms)'),
  ('pt', 'stop_said', '(pare|parem|parar|deixem|deixe|deixar) de (me )?(enviar|mandar|escrever|contatar|contactar|incomodar)|nao (quero|desejo) (mais )?(receber|mensagens|sms)|nao (quero|desejo) receber mais|nao me (envie|enviem|mande|mandem|escreva|escrevam|contatem|contactem) mais|(me|quero me) descadastr(ar|e|em)|chega de (mensagens|sms)'),
  ('pt', 'not_stop', 'pare de (fumar|chorar)'),
  ('pt', 'polite', 'por favor|favor|ola|oi|obrigado|obrigada|quero|gostaria de|bom dia'),
  ('pt', 'not', 'nao|nunca'),
  ('pt', 'help', 'ajuda|info'),
  ('pt', 'start', 'start');
