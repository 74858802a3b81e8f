-- Recurring activity templates: what coordinators do again and again. How often it recurs is said here and nowhere else.

create table if not exists public.recurring_activity_templates (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id) on delete restrict,
  created_by uuid not null default auth.uid() references public.users (id) on delete restrict,
  title text not null,
  activity_type text not null,
  duration_minutes integer not null,
  recurs_every_days integer not null default 7,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint recurring_activity_templates_title_not_blank check (btrim(title) <> ''),
  constraint recurring_activity_templates_duration_positive check (duration_minutes > 0),
  constraint recurring_activity_templates_recurs_positive check (recurs_every_days > 0),
  -- What refers to a template refers to one of its own organization.
  constraint recurring_activity_templates_of_org unique (id, org_id)
);

create index if not exists recurring_activity_templates_org_id_idx on public.recurring_activity_templates (org_id);
create index if not exists recurring_activity_templates_created_by_idx on public.recurring_activity_templates (created_by);

alter table public.recurring_activity_templates enable row level security;

revoke all on public.recurring_activity_templates from anon, authenticated, service_role;
grant select, delete, insert (org_id, created_by, title, activity_type, duration_minutes, recurs_every_days),
  update (title, activity_type, duration_minutes, recurs_every_days) on public.recurring_activity_templates to authenticated;
grant select, insert, update, delete on public.recurring_activity_templates to service_role;

create or replace trigger recurring_activity_templates_belong
  before update on public.recurring_activity_templates
  for each row execute function private.keep_columns('org_id');

create or replace trigger recurring_activity_templates_touch
  before update on public.recurring_activity_templates
  for each row execute function private.touch_updated_at();

drop policy if exists recurring_activity_templates_select on public.recurring_activity_templates;
create policy recurring_activity_templates_select on public.recurring_activity_templates
  for select to authenticated
  using (org_id = any (array(select private.my_org_ids('{coordinator}'))));

drop policy if exists recurring_activity_templates_insert on public.recurring_activity_templates;
create policy recurring_activity_templates_insert on public.recurring_activity_templates
  for insert to authenticated
  with check (
    created_by = (select auth.uid())
    and org_id = any (array(select private.my_org_ids('{coordinator}')))
  );

-- The templates of an organization belong to all of its coordinators.
drop policy if exists recurring_activity_templates_update on public.recurring_activity_templates;
create policy recurring_activity_templates_update on public.recurring_activity_templates
  for update to authenticated
  using (org_id = any (array(select private.my_org_ids('{coordinator}'))));

drop policy if exists recurring_activity_templates_delete on public.recurring_activity_templates;
create policy recurring_activity_templates_delete on public.recurring_activity_templates
  for delete to authenticated
  using (org_id = any (array(select private.my_org_ids('{coordinator}'))));
