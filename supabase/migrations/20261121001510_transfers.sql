-- A human when needed: where to transfer a call that an agent cannot handle.

create function private.is_staffed(p_org public.organizations, p_at timestamptz) returns boolean
language sql stable set search_path = '' as $$
  with local as (select p_at at time zone p_org.timezone as moment)
  select case p_org.transfer_hours
    when 'always' then true
    when 'between' then case
      when p_org.transfer_from < p_org.transfer_until then moment::time >= p_org.transfer_from and moment::time < p_org.transfer_until
      else moment::time >= p_org.transfer_from or moment::time < p_org.transfer_until
    end
    else exists (
      select from (
        select null::uuid as id
        union all
        select id from public.calendars where org_id = p_org.id and active and not for_tests
      ) calendar
      where private.open_time(p_org.id, calendar.id, p_org.timezone, moment::date, moment::date) @> p_at)
  end
  from local
$$;
comment on function private.is_staffed(public.organizations, timestamptz) is 'Whether somebody at the clinic takes calls at that moment.';
grant execute on function private.is_staffed(public.organizations, timestamptz) to service_role;

create function public.transfer_destination(p_call jsonb, p_said text default null) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_org          public.organizations;
  v_is_emergency boolean;
begin
  select * into v_org from public.organizations where id = private.org_of_call(p_call);
  perform private.speak((select language from public.agents where assistant_id = p_call ->> 'assistantId'));
  v_is_emergency := exists (
    select from unnest(v_org.emergency_words) word where position(lower(trim(word)) in lower(p_said)) > 0);
  if v_org.transfer_phone is not null and (v_is_emergency or private.is_staffed(v_org, clock_timestamp())) then
    return jsonb_build_object('number', v_org.transfer_phone, 'message', private.say('I am connecting you now.'));
  elsif v_org.phone is null then
    return jsonb_build_object('error',
      private.say('I can''t transfer this call. Please call the clinic again during its opening hours.'));
  end if;
  return jsonb_build_object('error',
    private.say('I can''t transfer this call. Please call {phone} during opening hours.', jsonb_build_object('phone', v_org.phone)));
end
$$;
comment on function public.transfer_destination(jsonb, text) is
  'Where to transfer the call: {number, message}, or {error}: what to say instead. p_said: what the caller said last; an emergency is '
  'connected at any hour. Refuses as org_of_call does.';
grant execute on function public.transfer_destination(jsonb, text) to service_role;

notify pgrst, 'reload schema';
