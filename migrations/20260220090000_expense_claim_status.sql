-- How far a claim has come, and who may bring it further. The database holds the moves: whatever a client sends, only these are made, and only by
-- these people. The client knows the same moves by ClaimStatus in fixtures/client/claim_status.dart.
--
--   draft             to submitted         by whoever submits the claim
--   submitted         to pending_approval  by a coordinator
--   pending_approval  to approved          by a coordinator
--   pending_approval  to rejected          by a coordinator
--   approved          to exported          by finance or an admin
--   rejected          to draft             by whoever submits the claim

set lock_timeout = '2s';

do $$
begin
  if to_regtype('public.claim_status') is null then
    create type public.claim_status as enum ('draft', 'submitted', 'pending_approval', 'approved', 'rejected', 'exported');
  end if;
end
$$;

create table if not exists public.expense_claim_status (
  claim_id uuid primary key references public.expense_claims (id) on delete cascade,
  status public.claim_status not null default 'draft',
  -- Counts the moves, for clients that read first and move later.
  version integer not null default 1,
  updated_at timestamptz not null default now(),
  -- Nobody, where the claim is older than this table.
  updated_by uuid references public.users (id) on delete restrict
);

create index if not exists expense_claim_status_updated_by_idx on public.expense_claim_status (updated_by);
create index if not exists expense_claim_status_status_idx on public.expense_claim_status (status);

alter table public.expense_claim_status enable row level security;

-- A client may send the whole row back; what is not for it to say is not taken from it. A version that is past says that the claim has moved since
-- the client saw it.
revoke all on public.expense_claim_status from anon, authenticated, service_role;
grant select, update (status, version, updated_at, updated_by) on public.expense_claim_status to authenticated;
grant select, update on public.expense_claim_status to service_role;

-- Whoever sees a claim sees how far it has come: the claims that the asker sees are those that the policies of the claims show.
drop policy if exists expense_claim_status_select on public.expense_claim_status;
create policy expense_claim_status_select on public.expense_claim_status
  for select to authenticated
  using (exists (select from public.expense_claims c where c.id = claim_id));

-- Which move is whose is for the trigger to say, which knows where the claim comes from and can tell why not.
drop policy if exists expense_claim_status_update on public.expense_claim_status;
create policy expense_claim_status_update on public.expense_claim_status
  for update to authenticated
  using (exists (select from public.expense_claims c where c.id = claim_id));

create or replace function private.who_moves_a_claim(before public.claim_status, after public.claim_status)
returns text
language sql
immutable
set search_path = pg_catalog, pg_temp
return case
  when before = 'draft' and after = 'submitted' then 'submitter'
  when before = 'submitted' and after = 'pending_approval' then 'coordinator'
  when before = 'pending_approval' and after in ('approved', 'rejected') then 'coordinator'
  when before = 'approved' and after = 'exported' then 'finance'
  when before = 'rejected' and after = 'draft' then 'submitter'
end;

-- It runs with its owner's rights, since it looks at the claim whoever asks. Nobody decides or pays out a claim of their own, whatever else they are.
create or replace function private.move_claim_status()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  mover uuid := auth.uid();
  claim public.expense_claims;
  mover_is text := private.who_moves_a_claim(old.status, new.status);
  may boolean;
begin
  if new.claim_id <> old.claim_id then
    raise exception 'a status stays with its claim' using errcode = 'PT409';
  end if;
  if new.version < old.version then
    raise exception 'somebody has moved this claim meanwhile'
      using errcode = 'PT409', detail = format('it is %s now, version %s', old.status, old.version);
  end if;
  if mover_is is null then
    raise exception 'a claim does not go from % to %', old.status, new.status using errcode = 'PT409';
  end if;
  select * into strict claim from public.expense_claims c where c.id = old.claim_id;
  may := case mover_is
    when 'submitter' then mover = claim.submitted_by
    when 'coordinator' then
      mover <> claim.submitted_by and claim.org_id in (select private.my_org_ids('{coordinator}'))
    when 'finance' then
      mover <> claim.submitted_by and claim.org_id in (select private.my_org_ids('{finance,admin}'))
  end;
  if may is not true then
    raise exception 'this move from % to % is not yours', old.status, new.status using errcode = 'PT403';
  end if;
  new.version := old.version + 1;
  new.updated_at := now();
  new.updated_by := mover;
  return new;
end
$$;

create or replace trigger expense_claim_status_move
  before update on public.expense_claim_status
  for each row execute function private.move_claim_status();

-- Moves a claim if it is still as the caller saw it, and gives the row back as it is now either way. No row: the caller does not see the claim.
create or replace function public.move_claim(claim_id uuid, to_status public.claim_status, seen_version integer)
returns table (moved boolean, status public.claim_status, version integer, updated_at timestamptz, updated_by uuid)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
    update public.expense_claim_status s
    set status = to_status
    where s.claim_id = move_claim.claim_id and s.version = seen_version
    returning true, s.status, s.version, s.updated_at, s.updated_by;
  if not found then
    return query
      select false, s.status, s.version, s.updated_at, s.updated_by
      from public.expense_claim_status s
      where s.claim_id = move_claim.claim_id;
  end if;
end
$$;

-- Every claim begins as a draft.
create or replace function private.begin_claim_status()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into public.expense_claim_status (claim_id, updated_by)
  values (new.id, coalesce(auth.uid(), new.submitted_by));
  return null;
end
$$;

-- What was submitted is what is approved: a claim is changed while it is a draft that no run has taken. And what was paid out is not let go by a run
-- that fails afterwards. The lock on its status lets a change and a move wait for each other.
create or replace function private.keep_submitted_claim()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  its_status public.claim_status;
  is_changed boolean := (new.category, new.amount, new.spent_on, new.description)
    is distinct from (old.category, old.amount, old.spent_on, old.description);
  is_let_go boolean := old.exported_at is not null and new.exported_at is null;
begin
  if not is_changed and not is_let_go then
    return new;
  end if;
  select s.status into its_status from public.expense_claim_status s where s.claim_id = old.id for share;
  if is_changed and old.exported_at is not null then
    its_status := 'exported';
  end if;
  if is_changed and its_status <> 'draft' then
    raise exception 'a claim is changed while it is a draft, and this one is %', its_status using errcode = 'PT409';
  end if;
  if is_let_go and its_status = 'exported' then
    raise exception 'a claim that was paid out is not exported again' using errcode = 'PT409';
  end if;
  return new;
end
$$;

revoke execute on function
  private.who_moves_a_claim(public.claim_status, public.claim_status),
  private.move_claim_status(),
  private.begin_claim_status(),
  private.keep_submitted_claim(),
  public.move_claim(uuid, public.claim_status, integer)
  from public, anon, authenticated, service_role;
grant execute on function public.move_claim(uuid, public.claim_status, integer) to authenticated;

-- From here on each new claim has its status, and the next migration gives one to those that are older. Nobody writes a claim meanwhile: the
-- foreign key has locked them since the table was made.
create or replace trigger expense_claims_begin_status
  after insert on public.expense_claims
  for each row execute function private.begin_claim_status();

create or replace trigger expense_claims_keep_submitted
  before update on public.expense_claims
  for each row execute function private.keep_submitted_claim();
