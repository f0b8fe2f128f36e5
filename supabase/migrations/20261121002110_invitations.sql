-- Invitations: to join an organization, and to found one.

create table public.invitations (
  id          uuid primary key default gen_random_uuid(),
  org_id      uuid references public.organizations on delete cascade,
  email       text not null check (email = lower(email) and email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
  role        text not null check (role in ('owner', 'admin', 'member')),
  invited_by  uuid,
  created_at  timestamptz not null default now(),
  expires_at  timestamptz not null default now() + interval '7 days',
  accepted_at timestamptz,
  accepted_by uuid,
  revoked_at  timestamptz,
  check ((accepted_at is null) = (accepted_by is null))
);
comment on table public.invitations is
  'Who was asked to join. The proof is the e-mail address: an invitation has no secret, and only the user with that verified address can '
  'accept it.';
comment on column public.invitations.org_id is 'Null: to create an organization, if that needs an invitation.';
create unique index invitations_one_open on public.invitations (org_id, email) nulls not distinct
  where accepted_at is null and revoked_at is null;
create index invitations_org_id on public.invitations (org_id);
create index invitations_email on public.invitations (email);
create index invitations_created_at on public.invitations (created_at);

alter table public.invitations enable row level security;
create policy "admins read the invitations of their organization" on public.invitations
  for select to authenticated using (org_id = any ((select private.admin_org_ids())::uuid[]));
grant select on public.invitations to authenticated;
grant select, insert, update, delete on public.invitations to service_role;

create function private.invite(p_org_id uuid, p_email text, p_role text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_email      text := lower(btrim(p_email));
  v_invitation public.invitations;
  v_to         text := coalesce((select name from public.organizations where id = p_org_id), 'the platform');
  v_console    text := (select console_url from public.platform_settings);
  v_mail       uuid;
begin
  if coalesce(not private.is_email(v_email), true) then
    perform private.raise_invalid('p_email', format('Cannot invite "%s": it is not an e-mail address', p_email));
  elsif coalesce(p_role not in ('owner', 'admin', 'member'), true) then
    perform private.raise_invalid('p_role', format('Cannot invite as "%s": a role is owner, admin or member', p_role));
  elsif exists (
    select from public.members member join auth.users on users.id = member.user_id
    where member.org_id = p_org_id and lower(users.email) = v_email
  ) then
    perform private.raise_error('VT008', format('%s is a member of this organization already', v_email));
  elsif (select count(*) >= 50 from public.invitations where org_id = p_org_id and created_at > now() - interval '1 day') then
    perform private.raise_error('VT009', 'Too many invitations were sent today. Try again tomorrow.', '86400');
  end if;

  insert into public.invitations as open (org_id, email, role, invited_by)
  values (p_org_id, v_email, p_role, auth.uid())
  on conflict (org_id, email) where accepted_at is null and revoked_at is null do update set
    role = excluded.role, invited_by = excluded.invited_by, expires_at = excluded.expires_at
  returning * into v_invitation;

  -- If it is repeated, it is mailed again, but not twice within an hour.
  v_mail := private.queue_email(p_org_id, v_email, left('Invitation to ' || v_to, 200),
    format('You were invited to %s as %s. Sign in%s by a link that is mailed to this address (%s), and accept the invitation. It is valid until %s UTC.',
      v_to, p_role, coalesce(' at ' || v_console, ''), v_email,
      to_char(v_invitation.expires_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI')),
    format('invitation:%s:%s:%s', v_invitation.id, p_role, date_trunc('hour', now() at time zone 'UTC')),
    p_needs_account => true);
  -- In whatever organizations: anybody may found some, give them any name and delete them again.
  if v_mail is not null then
    perform private.count_for_day('invited', encode(sha256(convert_to(v_email, 'UTF8')), 'hex'), 10,
      'That address was mailed too many invitations today. Try again tomorrow.');
    if not private.is_operator() then
      perform private.count_for_day('invitations', auth.uid()::text, 50, 'You sent too many invitations today. Try again tomorrow.');
    end if;
  end if;
  return jsonb_build_object(
    'invitationId', v_invitation.id, 'email', v_email, 'role', v_invitation.role, 'expiresAt', v_invitation.expires_at);
end
$$;
comment on function private.invite(uuid, text, text) is
  'Invites an address, or invites it again, and requests the mail. An open invitation gets the new role and another week.';
grant execute on function private.invite(uuid, text, text) to service_role;

create function public.invite_member(p_org_id uuid, p_email text, p_role text default 'member') returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_own text := private.require_admin(p_org_id);
begin
  if p_role = 'owner' and v_own <> 'owner' then
    perform private.raise_error('VT002', 'Only owners of the organization may invite owners');
  end if;
  return private.invite(p_org_id, p_email, p_role);
end
$$;
comment on function public.invite_member(uuid, text, text) is
  'An admin invites somebody, by e-mail; an owner also owners. {invitationId, email, role, expiresAt}. Refuses with VT002, VT004, VT008 (a '
  'member already), VT009. Definer: an admin may not write e-mails and invitations.';
grant execute on function public.invite_member(uuid, text, text) to authenticated;

create function public.revoke_invitation(p_invitation_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_invitation public.invitations := (select i from public.invitations i where i.id = p_invitation_id);
begin
  if v_invitation.org_id is null and private.is_operator() then
    perform private.audit('revoke_invitation', p_invitation_id::text);
  else
    perform private.require_admin(v_invitation.org_id);
  end if;
  update public.invitations set revoked_at = now()
  where id = p_invitation_id and accepted_at is null and revoked_at is null;
  return jsonb_build_object('invitationId', p_invitation_id);
end
$$;
comment on function public.revoke_invitation(uuid) is 'Withdraws an open invitation. Definer: as invite_member.';
grant execute on function public.revoke_invitation(uuid) to authenticated;

create function public.my_invitations()
returns table (invitation_id uuid, org_id uuid, organization text, role text, expires_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select invitation.id, invitation.org_id, org.name, invitation.role, invitation.expires_at
  from public.invitations invitation left join public.organizations org on org.id = invitation.org_id
  where invitation.email = private.verified_email()
    and invitation.accepted_at is null and invitation.revoked_at is null and invitation.expires_at > now()
  order by invitation.created_at
$$;
comment on function public.my_invitations() is
  'Open invitations to the verified address of the signed-in user. Definer: the invited person is not a member yet.';
grant execute on function public.my_invitations() to authenticated;

create function public.accept_invitation(p_invitation_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_invitation public.invitations := (select i from public.invitations i where i.id = p_invitation_id for update);
  v_role       text;
begin
  -- Somebody else's invitation gets the same answer as none.
  if v_invitation.org_id is null or v_invitation.email is distinct from private.verified_email() then
    perform private.raise_error('VT001', 'There is no such invitation to your verified e-mail address');
  elsif v_invitation.accepted_at is null and (v_invitation.revoked_at is not null or v_invitation.expires_at <= now()) then
    perform private.raise_error('VT001', 'This invitation is no longer valid. Ask for another one.');
  elsif v_invitation.accepted_at is null then
    insert into public.members (org_id, user_id, role) values (v_invitation.org_id, auth.uid(), v_invitation.role)
    on conflict (org_id, user_id) do nothing;
    update public.invitations set accepted_at = now(), accepted_by = auth.uid() where id = p_invitation_id;
  end if;

  select role into v_role from public.members where org_id = v_invitation.org_id and user_id = auth.uid();
  if v_role is null then
    perform private.raise_error('VT001', 'This invitation was used, and that membership has since ended');
  end if;
  return jsonb_build_object('orgId', v_invitation.org_id, 'role', v_role);
end
$$;
comment on function public.accept_invitation(uuid) is
  'The invited user joins: {orgId, role}. Accepting again returns the same. Refuses with VT001 anybody else, and an invitation that is '
  'over. Definer: a joining user is not a member yet.';
grant execute on function public.accept_invitation(uuid) to authenticated;
