-- Makes room for what is listed of a function: a scratch schema, and in it a function whose settings the author's lines
-- change. Lines that list a result or arguments make functions of their own there, `returns` and `arguments`; no body
-- of them does anything. Runs first in a transaction of a superuser in a clone.
create schema pgattest_listed;
create function pgattest_listed.settings() returns void language plpgsql as 'begin end';
