-- The mode in which new tables are not exposed by themselves: the API roles get no right to read or write what
-- postgres makes in public from now on. These are the very privileges that Supabase takes away, so what Supabase
-- leaves is left: TRUNCATE, REFERENCES, TRIGGER (and MAINTAIN) on tables, UPDATE on sequences, and the EXECUTE on
-- functions that PostgreSQL itself gives to PUBLIC.

alter default privileges for role postgres in schema public
  revoke select, insert, update, delete on tables from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  revoke usage, select on sequences from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  revoke execute on functions from anon, authenticated, service_role;
