-- Evaluating the rules: when an alert fires, becomes worse, and ends.

create function private.apply_reading(
  p_rule public.alert_rules, p_subject text, p_level text, p_value double precision, p_message text
) returns void
language plpgsql set search_path = '' as $$
declare
  v_alert  public.alerts;
  v_detail jsonb := jsonb_build_object('rule', p_rule.title, 'value', round(p_value::numeric, 3),
                      'above', case p_level when 'critical' then p_rule.critical_above else p_rule.warning_above end);
begin
  select * into v_alert from public.alerts
  where kind = p_rule.kind and subject = p_subject and state <> 'resolved'
  for update;

  if p_level is null or (p_level = 'ok' and v_alert.id is null) then
    return;
  end if;

  if p_level = 'ok' then
    if v_alert.state = 'pending' then
      delete from public.alerts where id = v_alert.id;
    elsif now() - coalesce(v_alert.clear_since, now()) >= p_rule.clear_for then
      perform private.resolve_alert(v_alert.id);
    else
      update public.alerts set clear_since = coalesce(clear_since, now()) where id = v_alert.id;
    end if;
  elsif v_alert.id is null then
    insert into public.alerts (kind, subject, state, severity, message, detail)
    values (p_rule.kind, p_subject, case when p_rule.hold_for > '0' then 'pending' else 'firing' end, p_level, p_message, v_detail)
    returning * into v_alert;
    if v_alert.state = 'firing' then
      perform private.notify_admin(v_alert.id);
    end if;
  else
    update public.alerts set
      state       = case when now() - created_at >= p_rule.hold_for then 'firing' else state end,
      severity    = case 'critical' when p_level then p_level else severity end,
      message     = p_message,
      detail      = v_detail,
      clear_since = null
    where id = v_alert.id;
    if (v_alert.state = 'pending' and now() - v_alert.created_at >= p_rule.hold_for)
      or (v_alert.state = 'firing' and v_alert.severity = 'warning' and p_level = 'critical')
    then
      perform private.notify_admin(v_alert.id);
    end if;
  end if;
end
$$;
comment on function private.apply_reading is
  'Moves the alert about a subject to the level of its reading, and notifies the administrator if that is news. An alert that was '
  'critical stays so until it is over.';
grant execute on function private.apply_reading(public.alert_rules, text, text, double precision, text) to service_role;

create function private.resolve_alert(p_alert_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  update public.alerts set state = 'resolved', resolved_at = now() where id = p_alert_id and state = 'firing';
  if found then
    perform private.notify_admin(p_alert_id);
  end if;
end
$$;
comment on function private.resolve_alert(uuid) is 'The alert is over: says so.';
grant execute on function private.resolve_alert(uuid) to service_role;

create function private.evaluate_alerts() returns void
language plpgsql set search_path = '' as $$
declare
  v_reading record;
begin
  -- One at a time: pg_cron and a scrape may come together.
  if not pg_try_advisory_xact_lock(hashtext('private.evaluate_alerts')) then
    return;
  end if;

  perform private.settle_dead_jobs();
  perform private.resolve_dead_job_alerts();
  for v_reading in
    select * from (
      select rule, reading.subject, reading.value, reading.message,
             private.alert_level(rule, reading.value, reading.total, reading.bad) as level
      from private.alert_readings() reading
      join public.alert_rules rule using (kind)
    ) read
    -- An alert that was raised after the figures were read is not over: a job may have died since.
    where level <> 'ok' or exists (
      select from public.alerts alert
      where alert.kind = (read.rule).kind and alert.subject = read.subject and alert.state <> 'resolved')
  loop
    perform private.apply_reading(v_reading.rule, v_reading.subject, v_reading.level, v_reading.value, v_reading.message);
  end loop;

  perform private.notify_admin(alert.id)
  from public.alerts alert join public.alert_rules using (kind)
  where alert.state = 'firing' and alert.acknowledged_at is null and alert.notified_at < now() - interval '24 hours';

  -- An alert without a rule was an event: it ends when it has not happened for a day, and that is not news.
  update public.alerts alert set state = 'resolved', resolved_at = now()
  where state = 'firing' and updated_at < now() - interval '24 hours'
    and not exists (select from public.alert_rules rule where rule.kind = alert.kind);
end
$$;
comment on function private.evaluate_alerts() is 'Reads every rule, and notifies the administrator of what has changed.';
grant execute on function private.evaluate_alerts() to service_role;

create function private.evaluate_if_overdue() returns void
language plpgsql set search_path = '' as $$
begin
  if exists (select from private.heartbeats where task = 'evaluate-alerts' and beat_at < clock_timestamp() - interval '3 minutes') then
    perform private.evaluate_alerts();
  end if;
exception when others then
  raise warning 'Cannot evaluate the alerts: %', sqlerrm;
end
$$;
comment on function private.evaluate_if_overdue() is 'Evaluates the alerts in place of a pg_cron that has stopped. Never fails its caller.';
grant execute on function private.evaluate_if_overdue() to service_role;
select cron.schedule('evaluate-alerts', '* * * * *',
  $$select private.evaluate_alerts(); select private.record_heartbeat('evaluate-alerts')$$);

notify pgrst, 'reload schema';
