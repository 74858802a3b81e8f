-- Claims for expenses: mentors write them, coordinators of the same organization decide them.

create table public.claims (
  id uuid primary key default gen_random_uuid(),
  number bigint generated always as identity constraint claims_number_key unique,
  org_id uuid not null references public.organizations (id) on delete cascade,
  submitted_by uuid not null references public.people (user_id) on delete cascade,
  decided_by uuid references public.people (user_id) on delete set null,
  status text not null default 'draft'
    constraint claims_status_known check (status in ('draft', 'submitted', 'approved', 'rejected')),
  amount numeric(12, 2) not null constraint claims_amount_positive check (amount > 0),
  note text,
  updated_at timestamptz not null default now(),
  constraint claims_decided_by_somebody check ((status in ('approved', 'rejected')) = (decided_by is not null))
);

create index claims_org_status_idx on public.claims (org_id, status);

alter table public.claims enable row level security;

create policy claims_select_own_org on public.claims
  for select to authenticated
  using (org_id = public.my_org() and (submitted_by = auth.uid() or public.my_role() = 'coordinator'));
create policy claims_insert_own on public.claims
  for insert to authenticated
  with check (org_id = public.my_org() and submitted_by = auth.uid());
create policy claims_update_own_org on public.claims
  for update to authenticated
  using (org_id = public.my_org() and (submitted_by = auth.uid() or public.my_role() = 'coordinator'))
  with check (org_id = public.my_org() and (status in ('draft', 'submitted') or public.my_role() = 'coordinator'));
create policy claims_delete_drafts on public.claims
  for delete to authenticated
  using (submitted_by = auth.uid());
create policy claims_approved_stay on public.claims
  as restrictive for delete to authenticated
  using (status <> 'approved');

revoke all on public.claims from anon, authenticated;
grant select, insert, update, delete on public.claims to authenticated;

-- The time of the last change is the database's to say.
create function public.touch_updated_at() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end
$$;

create trigger claims_touch before update on public.claims
  for each row execute function public.touch_updated_at();

-- Nobody decides a claim of their own.
create function public.claims_two_people() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.decided_by = new.submitted_by then
    raise exception 'nobody decides a claim of their own'
      using detail = 'submitted and decided by ' || new.decided_by, hint = 'ask another coordinator';
  end if;
  return new;
end
$$;

create trigger claims_two_people before insert or update on public.claims
  for each row execute function public.claims_two_people();

-- A long note is cut, and says so.
create function public.claims_cut_note() returns trigger
language plpgsql set search_path = '' as $$
begin
  if length(new.note) > 20 then
    new.note := left(new.note, 20);
    raise notice 'the note was cut to 20 characters';
  end if;
  return new;
end
$$;

create trigger claims_cut_note before insert or update of note on public.claims
  for each row execute function public.claims_cut_note();

-- What a function returns is what the caller may see: it runs as whoever calls it.
create function public.approve_claim(claim uuid) returns text
language plpgsql set search_path = '' as $$
declare
  done text;
begin
  update public.claims set status = 'approved', decided_by = auth.uid() where id = claim returning status into done;
  return coalesce(done, 'not found');
end
$$;

revoke execute on function public.approve_claim(uuid) from public, anon;

create view public.claim_totals with (security_invoker = true) as
  select org_id, status, count(*) as claims, sum(amount) as amount from public.claims group by org_id, status;

revoke all on public.claim_totals from anon;
