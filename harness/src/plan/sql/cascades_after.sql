-- Run by the superuser after the delete or key update and `set constraints all immediate`, or after the savepoint was
-- rolled back to. Compares what every table holds with what it held, and says what hangs on the rows that were meant.
-- Returns one document: {"target", "meant": {"rows", "deleted", "updated"}, "tables": [one for each that changed or is
-- expected to], "expect": [one for each key of the author]}. The rows that were meant are in no number of their table.
set local statement_timeout = 0;

select pg_temp.pgattest_document()::text;
