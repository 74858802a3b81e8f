-- What several tables have in common: the time of the last change, and columns that say to whom a row belongs.

create or replace function private.touch_updated_at()
returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  new.updated_at := now();
  return new;
end
$$;

-- The columns that the trigger names never change, whoever asks. Privileges on columns stop the API; this stops everybody else, since a row
-- that moves to another organization takes its history along.
create or replace function private.keep_columns()
returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  kept text;
begin
  foreach kept in array tg_argv loop
    if to_jsonb(new) -> kept is distinct from to_jsonb(old) -> kept then
      raise exception '% of % never changes', kept, tg_table_name using errcode = 'PT409';
    end if;
  end loop;
  return new;
end
$$;

revoke execute on function private.touch_updated_at(), private.keep_columns() from public, anon, authenticated, service_role;
