-- The schema realtime: the table that channels are authorised on, the functions that triggers call, subscriptions.
-- The server makes a partition for each day. Here one DEFAULT partition takes every row, so that a message is never
-- lost for want of a partition. Decoding the write-ahead log needs the server: apply_rls and list_changes are
-- stand-ins that give no rows.

-- messages and what belongs to it

set local role supabase_realtime_admin;

create table realtime.messages (
  topic text not null,
  extension text not null,
  payload jsonb,
  event text,
  private boolean default false,
  updated_at timestamp not null default now(),
  inserted_at timestamp not null default now(),
  id uuid not null default gen_random_uuid(),
  binary_payload bytea,
  primary key (id, inserted_at)
) partition by range (inserted_at);
alter table realtime.messages add constraint messages_payload_exclusive
  check (payload is null or binary_payload is null) not valid;
alter table realtime.messages enable row level security;
create table realtime.messages_default partition of realtime.messages default;

grant all on realtime.messages to postgres, dashboard_user;
grant select, insert, update on realtime.messages to anon, authenticated, service_role;

create function realtime.topic() returns text language sql stable as $$
  select nullif(current_setting('realtime.topic', true), '')
$$;

reset role;

-- An error is only a warning: a message that a policy refuses is silent for the trigger that sends it.
-- The error also takes back realtime.topic, which otherwise stays until the end of the transaction.
create function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void
language plpgsql as $$
declare
  message_id constant uuid := gen_random_uuid();
begin
  perform set_config('realtime.topic', topic, true);
  insert into realtime.messages (id, payload, event, topic, private, extension)
  values (
    message_id,
    case when payload ? 'id' then payload else jsonb_set(payload, '{id}', to_jsonb(message_id)) end,
    event, topic, private, 'broadcast'
  );
exception when others then
  raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
end
$$;

create function realtime.send_binary(payload bytea, event text, topic text, private boolean default true) returns void
language plpgsql as $$
begin
  perform set_config('realtime.topic', topic, true);
  insert into realtime.messages (binary_payload, event, topic, private, extension)
  values (payload, event, topic, private, 'broadcast');
exception when others then
  raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
end
$$;

create function realtime.broadcast_changes(
  topic_name text, event_name text, operation text, table_name text, table_schema text, new record, old record,
  level text default 'ROW'
) returns void language plpgsql as $$
begin
  if level = 'STATEMENT' then
    raise exception 'Failed to process the row: a trigger FOR EACH STATEMENT has no row to send';
  end if;
  if operation is null or operation not in ('INSERT', 'UPDATE', 'DELETE') then
    raise exception 'Failed to process the row: the operation % is not INSERT, UPDATE or DELETE', operation;
  end if;
  perform realtime.send(
    jsonb_build_object(
      'record', new, 'old_record', old, 'operation', operation, 'table', table_name, 'schema', table_schema
    ),
    event_name, topic_name
  );
exception
  when raise_exception then
    raise;
  when others then
    raise exception 'Failed to process the row: %', sqlerrm;
end
$$;

-- Subscriptions to changes of tables

create type realtime.action as enum ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'ERROR');
create type realtime.equality_op as enum ('eq', 'neq', 'lt', 'lte', 'gt', 'gte', 'in');
create type realtime.user_defined_filter as (column_name text, op realtime.equality_op, value text);
create type realtime.wal_column as (
  name text, type_name text, type_oid oid, value jsonb, is_pkey boolean, is_selectable boolean
);
create type realtime.wal_rls as (wal jsonb, is_rls_enabled boolean, subscription_ids uuid[], errors text[]);

create function realtime.to_regrole(role_name text) returns regrole language sql immutable as $$
  select role_name::regrole
$$;

create table realtime.subscription (
  id bigint generated always as identity constraint pk_subscription primary key,
  subscription_id uuid not null,
  entity regclass not null,
  filters realtime.user_defined_filter[] not null default '{}',
  claims jsonb not null,
  claims_role regrole not null generated always as (realtime.to_regrole(claims ->> 'role')) stored,
  created_at timestamp not null default timezone('utc', now()),
  action_filter text default '*' check (action_filter in ('*', 'INSERT', 'UPDATE', 'DELETE')),
  selected_columns text[]
);
create index ix_realtime_subscription_entity on realtime.subscription (entity);
grant select on realtime.subscription to anon, authenticated, service_role;
grant all on realtime.subscription to supabase_realtime_admin;
grant usage on sequence realtime.subscription_id_seq to supabase_realtime_admin;

-- What the server calls

create function realtime.cast(val text, type_ regtype) returns jsonb language plpgsql immutable as $$
declare
  result jsonb;
begin
  execute format('select to_jsonb(%L::%s)', val, type_::text) into result;
  return result;
end
$$;

create function realtime.check_equality_op(op realtime.equality_op, type_ regtype, val_1 text, val_2 text)
returns boolean language plpgsql immutable as $$
declare
  sign constant text := case op
    when 'eq' then '=' when 'neq' then '<>' when 'lt' then '<' when 'lte' then '<='
    when 'gt' then '>' when 'gte' then '>=' when 'in' then '= any'
  end;
  holds boolean;
begin
  execute format(
    case when op = 'in' then 'select %L::%s %s (%L::%s[])' else 'select %L::%s %s %L::%s' end,
    val_1, type_::text, sign, val_2, type_::text
  ) into holds;
  return holds;
end
$$;

create function realtime.is_visible_through_filters(
  columns realtime.wal_column[], filters realtime.user_defined_filter[]
) returns boolean language sql immutable as $$
  select coalesce(
    cardinality(filters) = 0
    or (
      select count(*) = cardinality(filters) and bool_and(
        realtime.check_equality_op(
          f.op, coalesce(c.type_oid::regtype, c.type_name::regtype), c.value #>> '{}', f.value)
      )
      from unnest(filters) as f
      join unnest(columns) as c on c.name = f.column_name
    ), filters is null)
$$;

create function realtime.wal2json_escape_identifier(name text) returns text language sql immutable strict as $$
  select regexp_replace(name, '([\\,.*\s])', '\\\1', 'g')
$$;

create function realtime.quote_wal2json(entity regclass) returns text language sql stable strict as $$
  select realtime.wal2json_escape_identifier(n.nspname) || '.' || realtime.wal2json_escape_identifier(c.relname)
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.oid = entity
$$;

create function realtime.build_prepared_statement_sql(
  prepared_statement_name text, entity regclass, columns realtime.wal_column[]
) returns text language sql stable as $$
  select format('prepare %I as select exists (select from %s where %s)', prepared_statement_name, entity,
    string_agg(format('%I = %L::%s', c.name, c.value #>> '{}', c.type_name), ' and '))
  from unnest(columns) as c
  where c.is_pkey
$$;

create function realtime.subscription_check_filters() returns trigger language plpgsql as $$
declare
  named text;
begin
  for named in select f.column_name from unnest(new.filters) as f loop
    if not exists (
      select from pg_catalog.pg_attribute a
      where a.attrelid = new.entity and a.attname = named and a.attnum > 0 and not a.attisdropped
        and has_column_privilege(realtime.to_regrole(new.claims ->> 'role'), new.entity, a.attnum, 'select')
    ) then
      raise exception 'invalid column for filter %', named;
    end if;
  end loop;
  return new;
end
$$;

create trigger tr_check_filters before insert or update on realtime.subscription
  for each row execute function realtime.subscription_check_filters();

create function realtime.apply_rls(wal jsonb, max_record_bytes integer default 1048576) returns setof realtime.wal_rls
language sql stable as $$
  select null::jsonb, null::boolean, null::uuid[], null::text[] where false
$$;

create function realtime.list_changes(
  publication name, slot_name name, max_changes integer, max_record_bytes integer
) returns table (
  wal jsonb, is_rls_enabled boolean, subscription_ids uuid[], errors text[], slot_changes_count bigint
) language sql stable as $$
  select null::jsonb, null::boolean, null::uuid[], null::text[], 0::bigint where false
$$;
