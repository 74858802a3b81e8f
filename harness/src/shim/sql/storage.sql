-- The schema storage as the storage server leaves it, all owned by supabase_storage_admin.
-- Row-level security is on and no policy exists, so the API roles reach nothing until a project says otherwise.
-- The listing functions answer as the server's do for ordinary names; their paging tokens are an imitation.
-- Left out: iceberg_namespaces and iceberg_tables.

set local role supabase_storage_admin;

create type storage.buckettype as enum ('STANDARD', 'ANALYTICS', 'VECTOR');

create table storage.migrations (
  id integer primary key,
  name varchar(100) not null unique,
  hash varchar(40) not null,
  executed_at timestamp default current_timestamp
);

create table storage.buckets (
  id text primary key,
  name text not null,
  owner uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  public boolean default false,
  avif_autodetection boolean default false,
  file_size_limit bigint,
  allowed_mime_types text[],
  owner_id text,
  type storage.buckettype not null default 'STANDARD',
  versioning_status text not null default 'DISABLED',
  constraint buckets_versioning_status_check
    check (versioning_status in ('DISABLED', 'ENABLED', 'SUSPENDED')),
  constraint buckets_versioning_type_check
    check (type = 'STANDARD' or versioning_status = 'DISABLED'),
  constraint buckets_versioning_dark_check check (versioning_status = 'DISABLED')
);
create unique index bname on storage.buckets (name);
comment on column storage.buckets.owner is 'Deprecated: use owner_id, which is text.';

create table storage.objects (
  id uuid primary key default gen_random_uuid(),
  bucket_id text constraint "objects_bucketId_fkey" references storage.buckets,
  name text,
  owner uuid,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  last_accessed_at timestamptz default now(),
  metadata jsonb,
  path_tokens text[] generated always as (string_to_array(name, '/')) stored,
  version text,
  owner_id text,
  user_metadata jsonb,
  archived_at timestamptz,
  is_delete_marker boolean not null default false,
  is_versioned boolean not null default false
);
create unique index bucketid_objname on storage.objects (bucket_id, name);
create index name_prefix_search on storage.objects (name text_pattern_ops);
create index idx_objects_bucket_id_name on storage.objects (bucket_id, name collate "C");
comment on column storage.objects.owner is 'Deprecated: use owner_id, which is text.';

create table storage.s3_multipart_uploads (
  id text primary key,
  in_progress_size bigint not null default 0,
  upload_signature text not null,
  bucket_id text not null references storage.buckets,
  key text collate "C" not null,
  version text not null,
  owner_id text,
  created_at timestamptz not null default now(),
  user_metadata jsonb,
  metadata jsonb
);

create table storage.s3_multipart_uploads_parts (
  id uuid primary key default gen_random_uuid(),
  upload_id text not null references storage.s3_multipart_uploads on delete cascade,
  size bigint not null default 0,
  part_number integer not null,
  bucket_id text not null references storage.buckets,
  key text collate "C" not null,
  etag text not null,
  owner_id text,
  version text not null,
  created_at timestamptz not null default now()
);

create table storage.buckets_analytics (
  name text not null,
  type storage.buckettype not null default 'ANALYTICS',
  format text not null default 'ICEBERG',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  id uuid primary key default gen_random_uuid(),
  deleted_at timestamptz
);

create table storage.buckets_vectors (
  id text primary key,
  type storage.buckettype not null default 'VECTOR',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table storage.vector_indexes (
  id text primary key default gen_random_uuid(),
  name text collate "C" not null,
  bucket_id text not null references storage.buckets_vectors,
  data_type text not null,
  dimension integer not null,
  distance_metric text not null,
  metadata_configuration jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

alter table storage.migrations enable row level security;
alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;
alter table storage.s3_multipart_uploads enable row level security;
alter table storage.s3_multipart_uploads_parts enable row level security;
alter table storage.buckets_analytics enable row level security;
alter table storage.buckets_vectors enable row level security;
alter table storage.vector_indexes enable row level security;

grant all on storage.buckets, storage.objects to postgres with grant option;
grant all on storage.buckets, storage.objects, storage.buckets_analytics to anon, authenticated, service_role;
grant all on storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts to service_role;
grant select on storage.s3_multipart_uploads, storage.s3_multipart_uploads_parts to anon, authenticated;
grant select on storage.buckets_vectors, storage.vector_indexes to anon, authenticated, service_role;

-- Triggers

create function storage.update_updated_at_column() returns trigger language plpgsql as $$
begin
  new.updated_at := now();
  return new;
end
$$;

create trigger update_objects_updated_at before update on storage.objects
  for each row execute function storage.update_updated_at_column();

-- For each statement: it refuses even a DELETE that reaches no row, whoever sends it.
create function storage.protect_delete() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('storage.allow_delete_query', true), '') <> 'true' then
    raise exception 'Direct deletion from storage tables is not allowed. Use the Storage API instead.'
      using errcode = '42501', hint = 'This prevents accidental data loss from orphaned objects.';
  end if;
  return null;
end
$$;

create trigger protect_buckets_delete before delete on storage.buckets
  for each statement execute function storage.protect_delete();
create trigger protect_objects_delete before delete on storage.objects
  for each statement execute function storage.protect_delete();

create function storage.enforce_bucket_name_length() returns trigger language plpgsql as $$
begin
  if length(new.name) > 100 then
    raise exception 'bucket name "%" is too long: % characters, at most 100 are allowed', new.name, length(new.name);
  end if;
  return new;
end
$$;

create trigger enforce_bucket_name_length_trigger before insert or update of name on storage.buckets
  for each row execute function storage.enforce_bucket_name_length();

-- What policies call

create function storage.foldername(name text) returns text[] language plpgsql immutable as $$
declare
  parts constant text[] := string_to_array(name, '/');
begin
  return parts[1:cardinality(parts) - 1];
end
$$;

create function storage.filename(name text) returns text language plpgsql immutable as $$
begin
  return split_part(name, '/', -1);
end
$$;

create function storage.extension(name text) returns text language plpgsql immutable as $$
begin
  return split_part(split_part(name, '/', -1), '.', -1);
end
$$;

create function storage.operation() returns text language plpgsql stable as $$
begin
  return current_setting('storage.operation', true);
end
$$;

create function storage.allow_any_operation(expected text[]) returns boolean language sql stable as $$
  select coalesce(bool_or(
    regexp_replace(nullif(storage.operation(), ''), '^storage\.', '')
      = regexp_replace(nullif(one, ''), '^storage\.', '')
  ), false)
  from unnest(expected) as one
$$;

create function storage.allow_only_operation(expected text) returns boolean language sql stable as $$
  select storage.allow_any_operation(array[expected])
$$;

-- The error is the purpose: it undoes the insert and tells that it would have been allowed.
create function storage.can_insert_object(bucketid text, name text, owner uuid, metadata jsonb) returns void
language plpgsql as $$
begin
  insert into storage.objects (bucket_id, name, owner, metadata) values (bucketid, name, owner, metadata);
  raise sqlstate 'PT200' using message = 'ROLLBACK', detail = 'The insert is allowed and was undone.';
end
$$;

-- What the server lists with

create function storage.get_common_prefix(p_key text, p_prefix text, p_delimiter text) returns text
language sql immutable as $$
  select left(p_key, length(p_prefix) + at + length(p_delimiter) - 1)
  from (select position(p_delimiter in substr(p_key, length(p_prefix) + 1)) as at) as rest
  where p_delimiter <> '' and at > 0
$$;

create function storage.get_size_by_bucket() returns table (size bigint, bucket_id text) language sql stable as $$
  select sum((o.metadata ->> 'size')::bigint)::bigint, o.bucket_id from storage.objects o group by o.bucket_id
$$;

-- Folders come as rows without an id.
create function storage.list_objects_with_delimiter(
  _bucket_id text, prefix_param text, delimiter_param text, max_keys integer default 100,
  start_after text default '', next_token text default '', sort_order text default 'asc'
) returns table (
  name text, id uuid, metadata jsonb, updated_at timestamptz, created_at timestamptz, last_accessed_at timestamptz
) language sql stable as $$
  with entry as (
    select o.*, storage.get_common_prefix(o.name, prefix_param, delimiter_param) as folder
    from storage.objects o
    where o.bucket_id = _bucket_id and starts_with(o.name, prefix_param)
  ),
  listed as (
    select e.name collate "C" as name, e.id, e.metadata, e.updated_at, e.created_at, e.last_accessed_at
    from entry e where e.folder is null
    union all
    select e.folder, null, null, null, null, null from entry e where e.folder is not null group by e.folder
  )
  select l.*
  from listed l
  where case
    when coalesce(nullif(next_token, ''), start_after, '') = '' then true
    when sort_order = 'desc' then l.name < coalesce(nullif(next_token, ''), start_after)
    else l.name > coalesce(nullif(next_token, ''), start_after)
  end
  order by case when sort_order = 'desc' then l.name end desc, l.name
  limit max_keys
$$;

create function storage.list_multipart_uploads_with_delimiter(
  bucket_id text, prefix_param text, delimiter_param text, max_keys integer default 100,
  next_key_token text default '', next_upload_token text default ''
) returns table (key text, id text, created_at timestamptz) language sql stable as $$
  select distinct on (listed.key) listed.key, listed.id, listed.created_at
  from (
    select coalesce(storage.get_common_prefix(u.key, $2, $3), u.key) collate "C" as key, u.id, u.created_at
    from storage.s3_multipart_uploads u
    where u.bucket_id = $1 and starts_with(u.key, $2)
  ) as listed
  where ($5 = '' or listed.key > $5) and ($6 = '' or listed.id > $6)
  order by listed.key, listed.created_at
  limit $4
$$;

-- `levels` counts the parts of the path that are shown; what lies deeper is shown as its folder.
create function storage.search_v2(
  prefix text, bucket_name text, limits integer default 100, levels integer default 1, start_after text default '',
  sort_order text default 'asc', sort_column text default 'name', sort_column_after text default ''
) returns table (
  key text, name text, id uuid, updated_at timestamptz, created_at timestamptz, last_accessed_at timestamptz,
  metadata jsonb
) language sql stable as $$
  with entry as (
    select o.*, o.path_tokens[levels] as part, cardinality(o.path_tokens) > levels as deeper,
           array_to_string(o.path_tokens[1:levels], '/') collate "C" as shown
    from storage.objects o
    where o.bucket_id = bucket_name and starts_with(lower(o.name), lower(prefix))
      and cardinality(o.path_tokens) >= levels
  ),
  listed as (
    select e.part, e.shown, e.id, e.updated_at, e.created_at, e.last_accessed_at, e.metadata
    from entry e where not e.deeper
    union all
    select e.part, e.shown || '/', null, null, null, null, null from entry e where e.deeper group by e.part, e.shown
  ),
  placed as (
    select l.*, case sort_column when 'updated_at' then l.updated_at when 'created_at' then l.created_at
                  when 'last_accessed_at' then l.last_accessed_at end as moment
    from listed l
  )
  select p.part, p.shown, p.id, p.updated_at, p.created_at, p.last_accessed_at, p.metadata
  from placed p
  where case
    when coalesce(start_after, '') = '' then true
    when coalesce(sort_column_after, '') = '' or p.moment = sort_column_after::timestamptz then
      case when sort_order = 'desc' then p.shown < start_after else p.shown > start_after end
    when sort_order = 'desc' then p.moment < sort_column_after::timestamptz
    else p.moment > sort_column_after::timestamptz
  end
  order by case when sort_order = 'desc' then p.moment end desc nulls last,
           case when sort_order <> 'desc' then p.moment end nulls first,
           case when sort_order = 'desc' then p.shown end desc, p.shown
  limit limits
$$;

create function storage.search_by_timestamp(
  p_prefix text, p_bucket_id text, p_limit integer, p_level integer, p_start_after text, p_sort_order text,
  p_sort_column text, p_sort_column_after text
) returns table (
  key text, name text, id uuid, updated_at timestamptz, created_at timestamptz, last_accessed_at timestamptz,
  metadata jsonb
) language sql stable as $$
  select * from storage.search_v2(p_prefix, p_bucket_id, p_limit, p_level, p_start_after, p_sort_order, p_sort_column,
    p_sort_column_after)
$$;

create function storage.search(
  prefix text, bucketname text, limits integer default 100, levels integer default 1, offsets integer default 0,
  search text default '', sortcolumn text default 'name', sortorder text default 'asc'
) returns table (
  name text, id uuid, updated_at timestamptz, created_at timestamptz, last_accessed_at timestamptz, metadata jsonb
) language sql stable as $$
  select found.key, found.id, found.updated_at, found.created_at, found.last_accessed_at, found.metadata
  from storage.search_v2(prefix || coalesce(search, ''), bucketname, null, levels, '', sortorder, sortcolumn) as found
  offset offsets limit limits
$$;

reset role;
