-- Takes back what a rolled-back transaction leaves in its session, for the next case. Sent after `rollback`, in the
-- same message or in one of its own, with what sequences.sql returned in the place of its name.
--
-- A rollback itself takes back settings of any kind, the role, the session's authorization, temporary tables, cursors
-- WITH HOLD, LISTEN and large objects. It leaves locks of the session, prepared statements, the state of random(), and
-- what currval and lastval know. No statement gives random() the state it had, so each case begins with the same one.
-- A setting such as app.x that a case was the first to set is '' ever after, and was NULL before: only a new session
-- has forgotten it.
select pg_catalog.pg_advisory_unlock_all(), pg_catalog.setseed(0);
deallocate all;
{sequences}
discard sequences
