-- Spanish: what people text us, and what is said to them.

insert into private.sms_words (language, meaning, words) values
  ('es', 'stop', 'stop|cancelar|baja|fin|terminar|para|pare|paren|alto|basta|parar|detener|salir|anular'),
  ('es', 'stop_first', 'stop|unsubscribe|parar|detener|basta|alto|darme de baja|denme de baja|dame de baja|dar de baja|baja del servicio|no mas (mensajes|sms|textos)|paren|pare ya|pare por favor'),
  ('es', 'stop_said', '(dejen|deje|deja|dejar|paren|pare|parar|para) de (me )?(enviar|enviarme|mandar|mandarme|escribir|escribirme|molestar|molestarme|contactar|contactarme)|no (me )?(envien|envie|envies|manden|mande|mandes|escriban|escriba|escribas|contacten) mas|no (quiero|deseo) (mas|recibir)( mas)? (mensajes|sms|textos)|no (quiero|deseo) recibir|(darme|denme|dame|dar) de baja|no mas (mensajes|sms|textos)'),
  ('es', 'not_stop', 'alto riesgo|para de'),
  ('es', 'polite', 'por favor|porfavor|porfa|hola|buenas|buenos dias|gracias|quiero|quisiera|deseo|ya'),
  ('es', 'not', 'no|nao|nunca|nadie'),
  ('es', 'help', 'ayuda|info'),
  ('es', 'start', 'start');
