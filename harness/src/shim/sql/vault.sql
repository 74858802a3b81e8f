-- An imitation of supabase_vault: its names, signatures, rights and behaviour, without its library. Everything lies
-- in the schema vault. Secrets are kept encrypted, by sha256 alone: a tag over the text and its surroundings, and a
-- stream of hashes that starts from the tag. The key belongs to this database and its clones. Good enough that nothing
-- lies about in clear on a throwaway server; not the vault's cryptography, and its ciphertexts are of no use elsewhere.

-- No role is given anything here. (Those that may read all data, postgres among them, can read the row itself: but
-- postgres may also ask for every secret in clear.)
create table vault.imitated_key (
  only_row boolean primary key default true check (only_row),
  key bytea not null
);
insert into vault.imitated_key (key)
values (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));

create function vault._crypto_aead_det_noncegen() returns bytea language sql volatile as $$
  select uuid_send(gen_random_uuid())
$$;

-- Each part is hashed before it is joined, so that no two different lists of parts are joined to the same bytes.
create function vault._imitated_tag(message bytea, additional bytea, key_id bigint, context bytea, nonce bytea)
returns bytea language sql stable set search_path = '' as $$
  select sha256(k.key || sha256(convert_to('tag', 'utf8')) || sha256(int8send(key_id)) || sha256(context)
    || sha256(coalesce(nonce, '')) || sha256(coalesce(additional, '')) || sha256(message))
  from vault.imitated_key k
$$;

create function vault._imitated_stream(message bytea, tag bytea)
returns bytea language sql stable set search_path = '' as $$
  with pad as (
    select string_agg(
             sha256(k.key || sha256(convert_to('stream', 'utf8')) || tag || int4send(block)), '' order by block
           ) as bytes
    from vault.imitated_key k, generate_series(0, length(message) / 32) as block
  )
  select coalesce(string_agg(
    set_byte('\x00', 0, get_byte(message, place) # get_byte(pad.bytes, place)), '' order by place), '')
  from pad, generate_series(0, length(message) - 1) as place
$$;

create function vault._crypto_aead_det_encrypt(
  message bytea, additional bytea, key_id bigint, context bytea default 'pgsodium', nonce bytea default null
) returns bytea language plpgsql stable security definer set search_path = '' as $$
declare
  tag constant bytea := vault._imitated_tag(message, additional, key_id, context, nonce);
begin
  return tag || vault._imitated_stream(message, tag);
end
$$;

create function vault._crypto_aead_det_decrypt(
  message bytea, additional bytea, key_id bigint, context bytea default 'pgsodium', nonce bytea default null
) returns bytea language plpgsql stable security definer set search_path = '' as $$
declare
  tag constant bytea := substr(message, 1, 32);
  clear constant bytea := vault._imitated_stream(substr(message, 33), tag);
begin
  if tag <> vault._imitated_tag(clear, additional, key_id, context, nonce) then
    raise exception 'invalid ciphertext' using errcode = 'data_exception';
  end if;
  return clear;
end
$$;

create table vault.secrets (
  id uuid primary key default gen_random_uuid(),
  name text,
  description text not null default '',
  secret text not null,
  key_id uuid,
  nonce bytea default vault._crypto_aead_det_noncegen(),
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);
create unique index secrets_name_idx on vault.secrets (name) where name is not null;

-- Whoever reads the view must be allowed to call the function in it: a view lends its owner's rights on tables only.
create view vault.decrypted_secrets as
select s.id, s.name, s.description, s.secret,
       convert_from(
         vault._crypto_aead_det_decrypt(
           message := decode(s.secret, 'base64'), additional := convert_to(s.id::text, 'utf8'), key_id := 0,
           nonce := s.nonce
         ), 'utf8') as decrypted_secret,
       s.key_id, s.nonce, s.created_at, s.updated_at
from vault.secrets s;

-- The row is encrypted before it is stored, with its own id as the text that it is bound to.
create function vault.create_secret(
  new_secret text, new_name text default null, new_description text default '', new_key_id uuid default null
) returns uuid language plpgsql security definer set search_path = '' as $$
declare
  new_id constant uuid := gen_random_uuid();
  new_nonce constant bytea := vault._crypto_aead_det_noncegen();
begin
  insert into vault.secrets (id, name, description, secret, key_id, nonce)
  values (
    new_id, new_name, new_description,
    encode(vault._crypto_aead_det_encrypt(
      convert_to(new_secret, 'utf8'), convert_to(new_id::text, 'utf8'), 0, nonce := new_nonce), 'base64'),
    new_key_id, new_nonce
  );
  return new_id;
end
$$;

create function vault.update_secret(
  secret_id uuid, new_secret text default null, new_name text default null, new_description text default null,
  new_key_id uuid default null
) returns void language plpgsql security definer set search_path = '' as $$
begin
  update vault.secrets s
  set secret = case when new_secret is null then s.secret else encode(vault._crypto_aead_det_encrypt(
        convert_to(new_secret, 'utf8'), convert_to(s.id::text, 'utf8'), 0, nonce := s.nonce), 'base64') end,
      name = coalesce(new_name, s.name),
      description = coalesce(new_description, s.description),
      key_id = coalesce(new_key_id, s.key_id),
      updated_at = now()
  where s.id = secret_id;
end
$$;

-- Reading, deleting and calling; never INSERT or UPDATE.
grant select, delete, truncate, references on vault.secrets, vault.decrypted_secrets to postgres with grant option;
grant select, delete on vault.secrets, vault.decrypted_secrets to service_role;
revoke execute on all functions in schema vault from public;
grant execute on function vault.create_secret, vault.update_secret, vault._crypto_aead_det_decrypt
  to postgres with grant option;
grant execute on function vault.create_secret, vault.update_secret, vault._crypto_aead_det_decrypt to service_role;
