-- What an organization can be connected with. The client keeps lists of its own of all of these.

create type public.connection_type as enum ('ledger', 'payroll', 'calendar', 'membership');

create domain public.language_code as text
  constraint language_code_known check (value in ('nb', 'nn', 'en'));

create table public.currencies (
  code text primary key,
  name text not null,
  retired_on date
);

insert into public.currencies (code, name, retired_on) values
  ('DKK', 'Danish krone', null),
  ('EUR', 'Euro', null),
  ('FIM', 'Finnish markka', '2002-02-28'),
  ('NOK', 'Norwegian krone', null),
  ('SEK', 'Swedish krona', null);

alter table public.currencies enable row level security;
revoke all on public.currencies from anon, authenticated;
