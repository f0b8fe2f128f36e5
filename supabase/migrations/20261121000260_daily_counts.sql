-- How much one person may ask for in a day. Anybody can found and delete organizations; what is counted here stays.

create table private.daily_counts (
  what  text not null check (what in ('organizations', 'invitations', 'invited')),
  whose text not null,
  day   date not null,
  used  integer not null,
  primary key (what, whose)
);
comment on table private.daily_counts is
  'What somebody asked for on the latest day (UTC) with any such request: organizations and invitations by user, mails by recipient.';
comment on column private.daily_counts.whose is 'The user''s id, or the digest of an e-mail address.';
create index daily_counts_day on private.daily_counts (day);
grant select, insert, update, delete on private.daily_counts to service_role;

create function private.count_for_day(p_what text, p_whose text, p_max integer, p_refusal text) returns void
language plpgsql set search_path = '' as $$
declare
  v_used integer;
begin
  insert into private.daily_counts as counted (what, whose, day, used)
  values (p_what, p_whose, (now() at time zone 'UTC')::date, 1)
  on conflict (what, whose) do update set
    day  = excluded.day,
    used = case when counted.day = excluded.day then counted.used + 1 else 1 end
  returning used into v_used;
  if v_used > p_max then
    perform private.raise_error('VT009', p_refusal, '86400');
  end if;
end
$$;
comment on function private.count_for_day(text, text, integer, text) is
  'Counts one more of these today; if that is more than allowed, refuses with VT009 and counts nothing.';
grant execute on function private.count_for_day(text, text, integer, text) to service_role;
