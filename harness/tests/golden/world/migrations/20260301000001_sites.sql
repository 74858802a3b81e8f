-- Sites with teams, and what hangs on a site in every way in which one thing can hang on another.

create schema audit;
grant usage on schema audit to service_role;

create table public.sites (
  id uuid primary key default gen_random_uuid(),
  code text not null constraint sites_code_key unique
);

create table public.teams (
  id uuid primary key default gen_random_uuid(),
  site_id uuid not null references public.sites (id) on delete cascade on update cascade,
  name text not null
);

create table public.shifts (
  team_id uuid not null references public.teams (id) on delete cascade,
  day date not null,
  primary key (team_id, day)
) partition by range (day);
create table public.shifts_2025 partition of public.shifts for values from ('2025-01-01') to ('2026-01-01');
create table public.shifts_2026 partition of public.shifts for values from ('2026-01-01') to ('2027-01-01');

create table public.lockers (
  number integer primary key,
  team_id uuid references public.teams (id) on delete set null,
  version integer not null default 1
);

create table public.signs (
  label text not null,
  site_code text references public.sites (code) on update cascade on delete cascade
);

create table public.leases (
  id integer primary key,
  site_id uuid not null constraint leases_site_fkey
    references public.sites (id) on update cascade deferrable initially deferred
);

create table public.inspections (
  id integer primary key,
  site_id uuid not null constraint inspections_site_fkey references public.sites (id) on delete cascade
);

create table public.holidays (day date primary key);

create table audit.departures (id bigint generated always as identity primary key, name text not null);

alter table public.sites enable row level security;
alter table public.teams enable row level security;
alter table public.shifts enable row level security;
alter table public.lockers enable row level security;
alter table public.signs enable row level security;
alter table public.leases enable row level security;
alter table public.inspections enable row level security;
alter table public.holidays enable row level security;
revoke all on public.sites, public.teams, public.shifts, public.lockers, public.signs, public.leases,
  public.inspections, public.holidays from anon, authenticated;
grant select, delete on public.sites to authenticated;

create function public.count_locker_changes() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.version := old.version + 1;
  return new;
end
$$;

create trigger lockers_version before update on public.lockers
  for each row execute function public.count_locker_changes();

-- Runs as its owner: whoever deletes a team may not write the log.
create function audit.note_departure() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into audit.departures (name) values (old.name);
  return null;
end
$$;

create trigger teams_departure after delete on public.teams
  for each row execute function audit.note_departure();
