-- What goes along with claims: a log that only coordinators read, an order of approvers, receipts, a reminder.

create table public.claim_log (
  id bigint generated always as identity primary key,
  claim_id uuid not null references public.claims (id) on delete cascade,
  status text not null,
  at timestamptz not null default now()
);

create index claim_log_claim_id_idx on public.claim_log (claim_id);

alter table public.claim_log enable row level security;

create policy claim_log_coordinators_read on public.claim_log
  for select to authenticated
  using (
    public.my_role() = 'coordinator'
    and exists (select from public.claims c where c.id = claim_id and c.org_id = public.my_org())
  );

revoke all on public.claim_log from anon, authenticated;
grant select on public.claim_log to authenticated;

-- Runs as its owner: whoever changes a claim may not write the log.
create function public.log_claim() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.claim_log (claim_id, status) values (new.id, new.status);
  return new;
end
$$;

create trigger claims_log after insert or update of status on public.claims
  for each row execute function public.log_claim();

-- Places are swapped in one transaction, so that they are compared at its end.
create table public.approvers (
  org_id uuid not null references public.organizations (id) on delete cascade,
  user_id uuid not null references public.people (user_id) on delete cascade,
  place integer not null,
  primary key (org_id, user_id),
  constraint approvers_place_key unique (org_id, place) deferrable initially deferred
);

alter table public.approvers enable row level security;

create policy approvers_coordinators on public.approvers
  for all to authenticated
  using (org_id = public.my_org() and public.my_role() = 'coordinator')
  with check (org_id = public.my_org() and public.my_role() = 'coordinator');

revoke all on public.approvers from anon;

create sequence public.receipt_numbers;

create function public.next_receipt() returns bigint
language sql security definer set search_path = '' as
$$ select nextval('public.receipt_numbers') $$;

revoke execute on function public.next_receipt() from public, anon;

create extension pg_cron;

create function public.remind_weekly() returns bigint
language sql security definer set search_path = '' as
$$ select cron.schedule('remind', '0 8 * * 1', 'select 1') $$;

revoke execute on function public.remind_weekly() from public, anon, authenticated;
