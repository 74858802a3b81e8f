-- The foreign keys lock the accounts, and behind a waiting statement everybody who signs in would wait too.
set lock_timeout = '2s';

-- Proxy activities: what a coordinator registers on behalf of a peer mentor.
--
-- Two people, for two ends that are never mixed up:
--
--   coordinator_id        who registered it. Access and accountability hang on it: who may change the row, and who answers for it.
--   attributed_mentor_id  who did it. The subsidy report to Bufdir counts by it, and nothing else does.
--
-- Whoever takes the one for the other pays out subsidies for activities that nobody did. So nobody attributes an activity to themselves, a
-- mentor is one of the organization, and deleting either person is refused as long as the row stands.
--
-- Every row written here leaves a record in proxy_audit_log, by a trigger of the next migration.

create table if not exists public.proxy_activities (
  id uuid primary key default gen_random_uuid(),
  coordinator_id uuid not null default auth.uid() references auth.users (id) on delete restrict,
  attributed_mentor_id uuid not null references auth.users (id) on delete restrict,
  org_id uuid not null references public.organizations (id) on delete restrict,
  activity_type text not null,
  date date not null,
  duration_minutes integer not null,
  notes text,
  is_recurring boolean not null default false,
  template_id uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  constraint proxy_activities_duration_positive check (duration_minutes > 0),
  constraint proxy_activities_two_people check (coordinator_id <> attributed_mentor_id),
  -- A template of the same organization; when it goes, the activity stays and forgets it.
  constraint proxy_activities_template_fkey foreign key (template_id, org_id)
    references public.recurring_activity_templates (id, org_id) on delete set null (template_id)
);

comment on table public.proxy_activities is
  'What a coordinator registered (coordinator_id: access and accountability) and a peer mentor did (attributed_mentor_id: the subsidy report). Never take the one for the other.';

create index if not exists proxy_activities_org_id_idx on public.proxy_activities (org_id);
create index if not exists proxy_activities_coordinator_id_idx on public.proxy_activities (coordinator_id);
create index if not exists proxy_activities_attributed_mentor_id_idx on public.proxy_activities (attributed_mentor_id);
create index if not exists proxy_activities_date_idx on public.proxy_activities (date desc);
create index if not exists proxy_activities_org_mentor_idx on public.proxy_activities (org_id, attributed_mentor_id);
create index if not exists proxy_activities_template_id_idx on public.proxy_activities (template_id);
-- Rows come in the order of their time, so a few pages of summary serve a long range.
create index if not exists proxy_activities_created_at_brin on public.proxy_activities using brin (created_at);

alter table public.proxy_activities enable row level security;

revoke all on public.proxy_activities from anon, authenticated, service_role;
grant select, delete,
  insert (coordinator_id, attributed_mentor_id, org_id, activity_type, date, duration_minutes, notes, is_recurring, template_id),
  update (attributed_mentor_id, activity_type, date, duration_minutes, notes, is_recurring, template_id)
  on public.proxy_activities to authenticated;
grant select, insert, update, delete on public.proxy_activities to service_role;

drop policy if exists proxy_activities_select on public.proxy_activities;
create policy proxy_activities_select on public.proxy_activities
  for select to authenticated
  using (org_id = any (array(select private.my_org_ids('{coordinator}'))));

drop policy if exists proxy_activities_insert on public.proxy_activities;
create policy proxy_activities_insert on public.proxy_activities
  for insert to authenticated
  with check (
    coordinator_id = (select auth.uid())
    and org_id = any (array(select private.my_org_ids('{coordinator}')))
  );

drop policy if exists proxy_activities_update on public.proxy_activities;
create policy proxy_activities_update on public.proxy_activities
  for update to authenticated
  using (
    coordinator_id = (select auth.uid())
    and org_id = any (array(select private.my_org_ids('{coordinator}')))
  );

drop policy if exists proxy_activities_delete on public.proxy_activities;
create policy proxy_activities_delete on public.proxy_activities
  for delete to authenticated
  using (
    coordinator_id = (select auth.uid())
    and org_id = any (array(select private.my_org_ids('{coordinator}')))
  );

-- A mentor is a peer mentor of the organization, at home or by membership, when an activity is attributed to them; the lock keeps it so until the
-- row is committed. It is asked after the policies, so it tells nobody about an organization that is not theirs, and of those whom no policy stops as
-- well. An activity whose mentor has left since may be corrected in everything else.
create or replace function private.require_mentor_of_org()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' and new.attributed_mentor_id = old.attributed_mentor_id then
    return null;
  end if;
  perform from public.users u
  where u.id = new.attributed_mentor_id and u.org_id = new.org_id and u.role = 'peer_mentor'
  for share;
  if not found then
    perform from public.memberships m
    where m.user_id = new.attributed_mentor_id and m.org_id = new.org_id and m.role = 'peer_mentor'
    for share;
  end if;
  if not found then
    raise exception 'nobody of this organization is a peer mentor by this id' using errcode = 'PT422';
  end if;
  return null;
end
$$;

revoke execute on function private.require_mentor_of_org() from public, anon, authenticated, service_role;

-- Triggers fire by name, and those of foreign keys begin with RI. The number puts this one before them: the foreign key would tell a person of
-- another organization from nobody at all.
create or replace trigger "00_proxy_activities_mentor_of_org"
  after insert or update of attributed_mentor_id on public.proxy_activities
  for each row execute function private.require_mentor_of_org();

create or replace trigger proxy_activities_belong
  before update on public.proxy_activities
  for each row execute function private.keep_columns('id', 'coordinator_id', 'org_id', 'created_at');

create or replace trigger proxy_activities_touch
  before update on public.proxy_activities
  for each row execute function private.touch_updated_at();
