drop function if exists private.keep_columns();
drop function if exists private.touch_updated_at();
