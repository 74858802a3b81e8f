-- What belongs to a database as a whole: its owner, who may do what to it, and its settings. A new database gets none
-- of this from its template, so it is run in each clone too. The name is looked up: no file of the shim knows it.
-- The secret is an imitation. It signs nothing; functions that read it find a text of a believable length.

do $grants$
declare
  db constant text := quote_ident(current_database());
begin
  execute 'alter database ' || db || ' owner to postgres';
  execute 'grant all on database ' || db || ' to postgres, dashboard_user';
  execute 'grant create on database ' || db
    || ' to supabase_auth_admin, supabase_storage_admin, supabase_realtime_admin';
  execute 'alter database ' || db
    || ' set "app.settings.jwt_secret" to ''imitated-secret-that-signs-nothing-0000000000''';
  execute 'alter database ' || db || ' set "app.settings.jwt_exp" to ''3600''';
end
$grants$;
