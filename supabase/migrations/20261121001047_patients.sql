-- Patients: the people behind one number. A parent books for children, a daughter for her father: the contact is who is called and texted,
-- the patient is who comes.

create table public.patients (
  id            uuid primary key default gen_random_uuid(),
  org_id        uuid not null references public.organizations on delete cascade,
  contact_id    uuid not null,
  name          text not null,
  date_of_birth date,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  unique (id, org_id),
  foreign key (contact_id, org_id) references public.contacts (id, org_id) on delete cascade
);
comment on table public.patients is 'People who are seen, one or several for each contact.';
comment on column public.patients.name is 'As it was first given; what was said for a visit is appointments.patient_name.';
comment on column public.patients.date_of_birth is 'Distinguishes two patients with the same name, if the clinic enters it.';
create index patients_org_id on public.patients (org_id);
create index patients_contact_id on public.patients (contact_id, org_id);
create unique index patients_one_per_name on public.patients
  (contact_id, private.person_key(name), date_of_birth) nulls not distinct;
create trigger set_updated_at before update on public.patients
  for each row execute function private.set_updated_at();

alter table public.patients enable row level security;
create policy "members read the patients of their organization" on public.patients
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
grant select on public.patients to authenticated;
grant select, insert, update, delete on public.patients to service_role;

alter table public.appointments
  add column patient_id uuid,
  add foreign key (patient_id, org_id) references public.patients (id, org_id) on delete set null (patient_id);
comment on column public.appointments.patient_id is 'Null for a hold by a caller who has not said whom it is for.';
create index appointments_patient_id on public.appointments (patient_id, org_id);

create function private.upsert_patient(p_contact_id uuid, p_name text) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_id uuid;
begin
  if p_name is null then
    return null;
  end if;
  -- Of two with the same name, whom the clinic distinguishes by date of birth, the one who came last.
  select patient.id into v_id from public.patients patient
  where patient.contact_id = p_contact_id
    and private.person_key(patient.name) = private.person_key(p_name)
  order by (select max(visit.starts_at) from public.appointments visit where visit.patient_id = patient.id) desc nulls last
  limit 1;
  if v_id is null then
    insert into public.patients as known (org_id, contact_id, name)
    select org_id, id, p_name from public.contacts where id = p_contact_id
    on conflict (contact_id, private.person_key(name), date_of_birth) do update set name = known.name
    returning id into v_id;
  end if;
  return v_id;
end
$$;
comment on function private.upsert_patient(uuid, text) is
  'The patient of that name, however it is spelled, among those of the contact; a new one if there is none. Null without a name.';
grant execute on function private.upsert_patient(uuid, text) to service_role;
