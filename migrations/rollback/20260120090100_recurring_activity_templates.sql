drop table if exists public.recurring_activity_templates;
