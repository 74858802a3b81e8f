-- What a run exports: the approved claims of its organization and its days that no other run has taken. The account of a claim follows from its
-- category by the field mappings of the integration; a claim without one is told as a row with its reason, and stops nothing.

-- What a run would do, for the dialog in which a coordinator confirms it. It shows what the asker sees.
create or replace function public.export_preview(run_id uuid)
returns table (claim_id uuid, category text, account text, reason text)
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
  select
    c.id,
    c.category,
    i.field_mappings ->> c.category,
    case
      when i.id is null then format('%s is not active for this organization', r.target_system)
      when i.field_mappings ->> c.category is null then format('no account is mapped to %s', c.category)
    end
  from public.export_runs r
  join public.expense_claims c
    on c.org_id = r.org_id and c.exported_at is null and c.spent_on between r.date_range_start and r.date_range_end
  join public.expense_claim_status s on s.claim_id = c.id and s.status = 'approved'
  left join public.organization_integrations i
    on i.organization_id = r.org_id and i.integration_type::text = r.target_system and i.status = 'active'
  where r.run_id = export_preview.run_id
$$;

-- Marks what the run exports and tells of each claim what became of it. Of two runs that want the same claim, the second finds it marked.
create or replace function public.export_claims(run_id uuid)
returns table (claim_id uuid, category text, account text, reason text)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  its_status text;
  locked uuid[];
begin
  select r.status into its_status from public.export_runs r where r.run_id = export_claims.run_id for no key update;
  if its_status is null then
    raise exception 'there is no such run' using errcode = 'PT404';
  end if;
  if its_status <> 'pending' then
    raise exception 'a run exports once, and this one is %', its_status using errcode = 'PT409';
  end if;
  -- First they are locked, in the order of their ids, so that no two runs wait for each other in a circle; and with their status, so that none is
  -- paid out by hand meanwhile. Then they are looked at once more: what another run has taken is not there any longer.
  select array_agg(l.id) into locked
  from (
    select c.id
    from public.expense_claims c
    join public.expense_claim_status s on s.claim_id = c.id
    where c.id in (select p.claim_id from public.export_preview(export_claims.run_id) p)
    order by c.id
    for no key update
  ) l;
  return query
    with found as (
      select p.* from public.export_preview(export_claims.run_id) p where p.claim_id = any (locked)
    ), marked as (
      update public.expense_claims c
      set exported_at = now(), export_run_id = export_claims.run_id
      from found f
      where c.id = f.claim_id and f.reason is null
      returning f.*
    ), counted as (
      update public.export_runs r
      set status = 'running', record_count = (select count(*) from marked)
      where r.run_id = export_claims.run_id
    )
    select * from marked
    union all
    select * from found f where f.reason is not null;
end
$$;

revoke execute on function public.export_preview(uuid), public.export_claims(uuid) from public, anon, authenticated, service_role;
grant execute on function public.export_preview(uuid) to authenticated, service_role;
grant execute on function public.export_claims(uuid) to service_role;
