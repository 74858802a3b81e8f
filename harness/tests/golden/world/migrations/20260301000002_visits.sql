-- Visits to a site, with what no visit may be.

create table public.visits (
  id bigint generated always as identity primary key,
  site_id uuid not null constraint visits_site_fkey references public.sites (id) on delete cascade
    deferrable initially deferred,
  visitor text not null,
  host_id uuid not null default auth.uid(),
  minutes integer not null default 30 constraint visits_minutes_positive check (minutes > 0),
  hours numeric generated always as (minutes / 60.0) stored,
  rooms text[] not null default '{}' constraint visits_few_rooms check (cardinality(rooms) <= 2),
  details jsonb constraint visits_details_is_a_document check (jsonb_typeof(details) = 'object'),
  fails integer constraint visits_fails_rarely check (fails < 3),
  constraint visits_visitor_not_blank check (btrim(visitor) <> ''),
  constraint visits_short_or_hosted check (minutes <= 480 or visitor <> 'nobody')
);

alter table public.visits enable row level security;
revoke all on public.visits from anon, authenticated;
grant select, insert on public.visits to authenticated;

create policy visits_insert_own on public.visits
  for insert to authenticated with check (host_id = auth.uid());

-- Nobody visits on the last day.
create function public.visits_not_closed() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.visitor = 'inspector' then
    raise exception 'inspectors come unannounced';
  end if;
  if new.visitor = 'ghost' then
    return null;
  end if;
  return new;
end
$$;

create trigger visits_not_closed before insert on public.visits
  for each row execute function public.visits_not_closed();
