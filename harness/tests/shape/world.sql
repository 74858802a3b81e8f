-- What the tables of this test speak of.
create type mood as enum ('low', 'mid', 'high');
create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
create function is_ok(int) returns boolean language sql immutable as 'select $1 > 0';
create function my_org() returns uuid language sql stable security definer set search_path = '' as 'select null::uuid';
create table orgs (id uuid primary key, code text, unique (id, code));
