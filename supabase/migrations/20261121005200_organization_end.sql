-- The end of an organization. It is immediately no longer served, and nobody sees it; its rows are deleted in batches, because a large
-- clinic has more of them than one statement may take.

create function private.end_organization(p_org_id uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_agents integer;
begin
  update public.organizations set deleted_at = coalesce(deleted_at, now()) where id = p_org_id;
  delete from public.phone_numbers where org_id = p_org_id;
  delete from public.invitations where org_id = p_org_id;
  -- Nobody is texted or mailed any more. What remains to be done at Vapi for the agents is queued next, and belongs to no organization.
  delete from public.jobs where org_id = p_org_id and status = 'pending';
  delete from public.agents where org_id = p_org_id;
  get diagnostics v_agents = row_count;
  delete from public.members where org_id = p_org_id;
  return jsonb_build_object('orgId', p_org_id, 'agents', v_agents);
end
$$;
comment on function private.end_organization(uuid) is
  'Ends an organization: {orgId, agents: whose assistants are removed at Vapi}. Its rows are deleted by delete_ended_organizations.';
grant execute on function private.end_organization(uuid) to service_role;

create function private.require_name(p_org_id uuid, p_name text) returns void
language plpgsql stable set search_path = '' as $$
begin
  if p_name is distinct from (select name from public.organizations where id = p_org_id) then
    perform private.raise_invalid('p_name', 'Give the name of the organization as it is written, to say that this is the one');
  end if;
end
$$;
comment on function private.require_name(uuid, text) is
  'Refuses with VT004 a request that does not name the organization: this cannot be undone.';
grant execute on function private.require_name(uuid, text) to service_role;

create function public.delete_organization(p_org_id uuid, p_name text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner}');
  perform private.require_name(p_org_id, p_name);
  return private.end_organization(p_org_id);
end
$$;
comment on function public.delete_organization(uuid, text) is
  'An owner deletes the organization with everything in it: {orgId, agents}. p_name: its name, as a confirmation. Refuses with VT002, '
  'VT004. Definer: members have no rights to delete.';
grant execute on function public.delete_organization(uuid, text) to authenticated;

create function public.operator_delete_organization(p_org_id uuid, p_name text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_operator();
  perform private.require_organization(p_org_id);
  perform private.require_name(p_org_id, p_name);
  perform private.audit('delete_organization', p_org_id::text);
  return private.end_organization(p_org_id);
end
$$;
comment on function public.operator_delete_organization(uuid, text) is
  'As delete_organization, by an operator. Refuses with VT001, VT002, VT004. Definer: see the head of …_operators.sql.';
grant execute on function public.operator_delete_organization(uuid, text) to authenticated;

create function private.delete_ended_organizations() returns void
language plpgsql set search_path = '' as $$
declare
  v_org_id uuid;
  v_table  regclass;
begin
  perform private.allow_change_of_visits(true);
  for v_org_id in select id from public.organizations where deleted_at is not null order by deleted_at loop
    -- The tables that may be large, in this order: a row goes before those that it refers to. The rest goes with the organization.
    foreach v_table in array '{
      public.sms_messages, public.verification_codes, public.calendar_events, public.waitlist_offers, public.waitlist_entries, public.appointments, public.patients, public.contacts,
      public.tool_calls, public.calls, public.emails, public.jobs, public.sms_opt_outs
    }'::regclass[] loop
      perform private.forget(v_table, format('org_id = %L', v_org_id));
      -- The next minute continues.
      if clock_timestamp() > now() + interval '50 seconds' then
        return;
      end if;
    end loop;
    delete from public.organizations where id = v_org_id;
  end loop;
end
$$;
comment on function private.delete_ended_organizations() is
  'Deletes the rows of organizations that have ended, for about a minute at a time, and then the organizations.';
select cron.schedule('delete-ended-organizations', '* * * * *', 'select private.delete_ended_organizations()');

notify pgrst, 'reload schema';
