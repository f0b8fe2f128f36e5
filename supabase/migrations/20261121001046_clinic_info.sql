-- What callers ask about the clinic itself: where it is, how to get there, what a visit costs, and questions that it has answered before.

alter table public.organizations
  add column address    text check (length(btrim(address)) between 1 and 300),
  add column directions text check (length(btrim(directions)) between 1 and 600);
comment on column public.organizations.address is 'As callers are told. Null: they are not told.';
comment on column public.organizations.directions is 'How to get there, and where to park, as callers are told.';
grant update (address, directions) on public.organizations to authenticated;

alter table public.services add column price text check (length(btrim(price)) between 1 and 60);
comment on column public.services.price is 'What it costs, as callers are told: "80 dollars", "from 60 euros". Null: they are not told.';
grant insert (price), update (price) on public.services to authenticated;
alter table public.calendar_services add column price text check (length(btrim(price)) between 1 and 60);
comment on column public.calendar_services.price is 'What this provider charges for it; null: what the service says.';
grant insert (price), update (price) on public.calendar_services to authenticated;

create table public.faq_entries (
  id         uuid primary key default gen_random_uuid(),
  org_id     uuid not null references public.organizations on delete cascade,
  question   text not null check (length(btrim(question)) between 1 and 200),
  answer     text not null check (length(btrim(answer)) between 1 and 600),
  position   integer not null default 0,
  active     boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, question)
);
comment on table public.faq_entries is 'Frequent questions of callers, and the answers that the clinic wants them to get. Fifty at most.';
comment on column public.faq_entries.answer is 'As callers are told: short, as one would say it.';
create trigger set_updated_at before update on public.faq_entries
  for each row execute function private.set_updated_at();

create function private.check_clinic_info() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_row jsonb := to_jsonb(new);
  v_too_long record;
begin
  select field, most into v_too_long
  from (values ('address', 300), ('directions', 600), ('price', 60), ('question', 200), ('answer', 600)) as limited (field, most)
  where v_row ? field and v_row ->> field is not null and length(btrim(v_row ->> field)) not between 1 and most
  limit 1;
  if found then
    perform private.raise_invalid(v_too_long.field,
      format('Cannot use this %s: it has to have 1 to %s characters', v_too_long.field, v_too_long.most));
  end if;
  return new;
end
$$;
comment on function private.check_clinic_info() is 'Trigger: says which text is empty or too long. Definer: as private.check_organization.';
create trigger check_clinic_info before insert or update of address, directions on public.organizations
  for each row execute function private.check_clinic_info();
create trigger check_clinic_info before insert or update of price on public.services
  for each row execute function private.check_clinic_info();
create trigger check_clinic_info before insert or update of price on public.calendar_services
  for each row execute function private.check_clinic_info();
create trigger check_clinic_info before insert or update of question, answer on public.faq_entries
  for each row execute function private.check_clinic_info();

create function private.limit_faq_entries() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('faq:' || new.org_id, 0));
  if (select count(*) from public.faq_entries where org_id = new.org_id) >= 50 then
    perform private.raise_invalid('question', 'Cannot add another question: a clinic has fifty at most');
  end if;
  return new;
end
$$;
comment on function private.limit_faq_entries() is
  'Trigger: at most fifty questions per clinic, because all of them are compared during a call. Definer: as private.check_organization.';
create trigger limit_faq_entries before insert on public.faq_entries
  for each row execute function private.limit_faq_entries();

alter table public.faq_entries enable row level security;
create policy "members read the questions of their organization" on public.faq_entries
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
create policy "admins add questions to their organization" on public.faq_entries
  for insert to authenticated with check (org_id = any ((select private.admin_org_ids())::uuid[]));
create policy "admins change the questions of their organization" on public.faq_entries
  for update to authenticated
  using (org_id = any ((select private.admin_org_ids())::uuid[])) with check (org_id = any ((select private.admin_org_ids())::uuid[]));
create policy "admins remove questions of their organization" on public.faq_entries
  for delete to authenticated using (org_id = any ((select private.admin_org_ids())::uuid[]));
grant select, delete, insert (org_id, question, answer, position, active), update (question, answer, position, active)
  on public.faq_entries to authenticated;
grant select, insert, update, delete on public.faq_entries to service_role;
