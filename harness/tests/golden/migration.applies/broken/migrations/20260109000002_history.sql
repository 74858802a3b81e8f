update supabase_migrations.schema_migrations set name = 'notes' where version = '20260109000001';
