-- extension: pgsodium
-- version: 3.1.8
-- schema: pgsodium
-- creates: pgsodium_masks
-- relocatable: no
-- kind: imitation
-- says: encryption agrees only with itself and its keys are no secret; signatures, key exchange and column masks are missing

create schema if not exists pgsodium;
create schema if not exists pgsodium_masks;

-- Roles belong to the cluster: another database may have made them, or be making them now.
do $make$
declare
    name text;
begin
    foreach name in array array['pgsodium_keyiduser', 'pgsodium_keyholder', 'pgsodium_keymaker'] loop
        if not exists (select from pg_catalog.pg_roles where rolname = name) then
            begin
                execute format('create role %I', name);
                execute format('grant %I to postgres with admin option', name);
            exception when duplicate_object or unique_violation then
                null;
            end;
        end if;
    end loop;
    begin
        grant pgsodium_keyiduser to pgsodium_keyholder;
        grant pgsodium_keyholder to pgsodium_keymaker;
    exception when unique_violation then
        null;
    end;
end
$make$;

grant usage on schema pgsodium to pgsodium_keyiduser, postgres;
alter default privileges in schema pgsodium grant all on tables to pgsodium_keyholder;
alter default privileges in schema pgsodium grant all on sequences to pgsodium_keyholder;
alter default privileges in schema pgsodium_masks grant all on tables to pgsodium_keyiduser;

create type pgsodium.key_status as enum ('default', 'valid', 'invalid', 'expired');
create type pgsodium.key_type as enum (
    'aead-ietf', 'aead-det', 'hmacsha512', 'hmacsha256', 'auth', 'shorthash', 'generichash', 'kdf', 'secretbox',
    'secretstream', 'stream_xchacha20');
create type pgsodium.crypto_box_keypair as (public bytea, secret bytea);
create type pgsodium.crypto_sign_keypair as (public bytea, secret bytea);
create type pgsodium.crypto_kx_keypair as (public bytea, secret bytea);
create type pgsodium.crypto_kx_session as (rx bytea, tx bytea);

create table pgsodium.key (
    id uuid primary key default pg_catalog.gen_random_uuid(),
    status pgsodium.key_status default 'valid',
    created timestamptz not null default current_timestamp,
    expires timestamptz,
    key_type pgsodium.key_type,
    key_id bigserial,
    key_context bytea default 'pgsodium'::bytea check (pg_catalog.length(key_context) = 8),
    name text unique,
    associated_data text default 'associated',
    raw_key bytea,
    raw_key_nonce bytea,
    parent_key uuid references pgsodium.key (id),
    comment text,
    user_data text
);

create view pgsodium.valid_key as
select k.id, k.name, k.status, k.key_type, k.key_id, k.key_context, k.created, k.expires, k.associated_data
from pgsodium.key k
where k.status in ('valid', 'default') and (k.expires is null or k.expires > pg_catalog.now());

create view pgsodium.decrypted_key as
select k.id, k.status, k.created, k.expires, k.key_type, k.key_id, k.key_context, k.name, k.associated_data,
    k.raw_key, k.raw_key as decrypted_raw_key, k.raw_key_nonce, k.parent_key, k.comment
from pgsodium.key k;

grant select on pgsodium.valid_key to pgsodium_keyiduser, postgres;
grant all on pgsodium.key to pgsodium_keyholder;

create function pgsodium.randombytes_buf(size integer) returns bytea
language plpgsql volatile as $fn$
declare
    made bytea := '';
begin
    while length(made) < size loop
        made := made || sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    end loop;
    return substr(made, 1, size);
end
$fn$;

create function pgsodium.randombytes_random() returns integer
language sql volatile
return (random() * 4294967295 - 2147483648)::bigint::integer;

create function pgsodium.randombytes_uniform(upper_bound integer) returns integer
language sql volatile
return floor(random() * upper_bound)::integer;

create function pgsodium.randombytes_new_seed() returns bytea
language sql volatile return pgsodium.randombytes_buf(32);

create function pgsodium.pgattest_stream(data bytea, key bytea) returns bytea
language plpgsql immutable as $fn$
declare
    made bytea := data;
    block bytea;
begin
    for i in 0 .. length(data) - 1 loop
        if i % 32 = 0 then
            block := sha256(key || int4send(i / 32));
        end if;
        made := set_byte(made, i, get_byte(data, i) # get_byte(block, i % 32));
    end loop;
    return made;
end
$fn$;

-- A checksum over everything that must agree stands in front and tells a wrong key from the right one.
create function pgsodium.pgattest_seal(message bytea, additional bytea, key bytea, nonce bytea) returns bytea
language sql immutable
return (
    select tag || pgsodium.pgattest_stream(message, key || tag)
    from sha256(key || int4send(length(coalesce(additional, ''))) || coalesce(additional, '')
        || coalesce(nonce, '') || message) as tag
);

create function pgsodium.pgattest_open(sealed bytea, additional bytea, key bytea, nonce bytea) returns bytea
language plpgsql immutable as $fn$
declare
    message bytea;
begin
    if sealed is null or key is null then
        return null;
    end if;
    message := pgsodium.pgattest_stream(substr(sealed, 33), key || substr(sealed, 1, 32));
    if pgsodium.pgattest_seal(message, additional, key, nonce) is distinct from sealed then
        raise exception 'invalid ciphertext' using errcode = '22000';
    end if;
    return message;
end
$fn$;

create function pgsodium.derive_key(key_id bigint, key_len integer default 32, context bytea default 'pgsodium')
returns bytea
language sql immutable
return substr(sha512(int8send(key_id) || context), 1, key_len);

create function pgsodium.pgattest_key(key_uuid uuid) returns bytea
language plpgsql stable security definer set search_path = '' as $fn$
declare
    found_key bytea;
begin
    select coalesce(k.raw_key, pgsodium.derive_key(k.key_id, 32, k.key_context)) into found_key
    from pgsodium.key k join pgsodium.valid_key using (id) where k.id = key_uuid;
    return found_key;
end
$fn$;

create function pgsodium.create_key(
    key_type pgsodium.key_type default 'aead-det', name text default null, raw_key bytea default null,
    raw_key_nonce bytea default null, parent_key uuid default null, key_context bytea default 'pgsodium',
    expires timestamptz default null, associated_data text default '')
returns pgsodium.valid_key
language plpgsql security definer set search_path = '' as $fn$
declare
    made uuid;
    found_key pgsodium.valid_key;
begin
    insert into pgsodium.key (key_id, key_context, key_type, raw_key, raw_key_nonce, parent_key, expires, name, associated_data)
    values (
        case when raw_key is null then pg_catalog.nextval('pgsodium.key_key_id_seq') end, key_context, key_type, raw_key,
        raw_key_nonce, parent_key, expires, nullif(name, ''), associated_data)
    returning id into made;
    select v.* into found_key from pgsodium.valid_key v where v.id = made;
    return found_key;
end
$fn$;
alter table pgsodium.key alter column key_id drop not null;

create function pgsodium.get_key_by_id(uuid) returns pgsodium.valid_key
language sql security definer set search_path = ''
as 'select v from pgsodium.valid_key v where v.id = $1';

create function pgsodium.get_key_by_name(text) returns pgsodium.valid_key
language sql security definer set search_path = ''
as 'select v from pgsodium.valid_key v where v.name = $1';

do $make$
declare
    cipher text;
    size text;
begin
    foreach cipher in array array['aead_det 16', 'aead_ietf 12'] loop
        size := split_part(cipher, ' ', 2);
        execute replace(replace($sql$
            create function pgsodium.crypto_NAME_keygen() returns bytea
            language sql volatile return pgsodium.randombytes_buf(32);
            create function pgsodium.crypto_NAME_noncegen() returns bytea
            language sql volatile return pgsodium.randombytes_buf(SIZE);
            create function pgsodium.crypto_NAME_encrypt(message bytea, additional bytea, key bytea, nonce bytea default null)
            returns bytea language sql immutable
            return pgsodium.pgattest_seal(message, additional, key, nonce);
            create function pgsodium.crypto_NAME_encrypt(
                message bytea, additional bytea, key_id bigint, context bytea default 'pgsodium', nonce bytea default null)
            returns bytea language sql immutable
            return pgsodium.pgattest_seal(message, additional, pgsodium.derive_key(key_id, 32, context), nonce);
            create function pgsodium.crypto_NAME_encrypt(message bytea, additional bytea, key_uuid uuid, nonce bytea default null)
            returns bytea language sql stable
            return pgsodium.pgattest_seal(message, additional, pgsodium.pgattest_key(key_uuid), nonce);
            create function pgsodium.crypto_NAME_decrypt(message bytea, additional bytea, key bytea, nonce bytea default null)
            returns bytea language sql immutable
            return pgsodium.pgattest_open(message, additional, key, nonce);
            create function pgsodium.crypto_NAME_decrypt(
                message bytea, additional bytea, key_id bigint, context bytea default 'pgsodium', nonce bytea default null)
            returns bytea language sql immutable
            return pgsodium.pgattest_open(message, additional, pgsodium.derive_key(key_id, 32, context), nonce);
            create function pgsodium.crypto_NAME_decrypt(message bytea, additional bytea, key_uuid uuid, nonce bytea default null)
            returns bytea language sql stable
            return pgsodium.pgattest_open(message, additional, pgsodium.pgattest_key(key_uuid), nonce);
            $sql$, 'NAME', split_part(cipher, ' ', 1)), 'SIZE', size);
    end loop;
end
$make$;

create function pgsodium.crypto_secretbox_keygen() returns bytea
language sql volatile return pgsodium.randombytes_buf(32);
create function pgsodium.crypto_secretbox_noncegen() returns bytea
language sql volatile return pgsodium.randombytes_buf(24);
create function pgsodium.crypto_secretbox(message bytea, nonce bytea, key bytea) returns bytea
language sql immutable return pgsodium.pgattest_seal(message, null, key, nonce);
create function pgsodium.crypto_secretbox(message bytea, nonce bytea, key_id bigint, context bytea default 'pgsodium')
returns bytea
language sql immutable return pgsodium.pgattest_seal(message, null, pgsodium.derive_key(key_id, 32, context), nonce);
create function pgsodium.crypto_secretbox(message bytea, nonce bytea, key_uuid uuid) returns bytea
language sql stable return pgsodium.pgattest_seal(message, null, pgsodium.pgattest_key(key_uuid), nonce);
create function pgsodium.crypto_secretbox_open(ciphertext bytea, nonce bytea, key bytea) returns bytea
language sql immutable return pgsodium.pgattest_open(ciphertext, null, key, nonce);
create function pgsodium.crypto_secretbox_open(
    message bytea, nonce bytea, key_id bigint, context bytea default 'pgsodium')
returns bytea
language sql immutable return pgsodium.pgattest_open(message, null, pgsodium.derive_key(key_id, 32, context), nonce);
create function pgsodium.crypto_secretbox_open(message bytea, nonce bytea, key_uuid uuid) returns bytea
language sql stable return pgsodium.pgattest_open(message, null, pgsodium.pgattest_key(key_uuid), nonce);

create function pgsodium.crypto_hash_sha256(message bytea) returns bytea
language sql immutable return sha256(message);
create function pgsodium.crypto_hash_sha512(message bytea) returns bytea
language sql immutable return sha512(message);
create function pgsodium.crypto_generichash_keygen() returns bytea
language sql volatile return pgsodium.randombytes_buf(32);
create function pgsodium.crypto_generichash(message bytea, key bytea default null) returns bytea
language sql immutable return sha256(coalesce(key, '') || message);
create function pgsodium.crypto_shorthash_keygen() returns bytea
language sql volatile return pgsodium.randombytes_buf(16);
create function pgsodium.crypto_shorthash(message bytea, key bytea) returns bytea
language sql immutable return substr(sha256(key || message), 1, 8);
create function pgsodium.crypto_auth_keygen() returns bytea
language sql volatile return pgsodium.randombytes_buf(32);
create function pgsodium.crypto_auth(message bytea, key bytea) returns bytea
language sql immutable return sha256(key || sha256(key || message));
create function pgsodium.crypto_auth_verify(mac bytea, message bytea, key bytea) returns boolean
language sql immutable return mac = pgsodium.crypto_auth(message, key);
create function pgsodium.crypto_pwhash_str(password bytea) returns bytea
language sql volatile
return (select salt || sha256(salt || password) from pgsodium.randombytes_buf(16) as salt);
create function pgsodium.crypto_pwhash_str_verify(hashed_password bytea, password bytea) returns boolean
language sql immutable
return substr(hashed_password, 17) = sha256(substr(hashed_password, 1, 16) || password);

create function pgsodium.enable_security_label_trigger() returns void language sql as '';
create function pgsodium.disable_security_label_trigger() returns void language sql as '';
create function pgsodium.update_masks(debug boolean default false) returns void language sql as '';
create function pgsodium.update_mask(target oid, debug boolean default false) returns void language sql as '';

revoke all on all functions in schema pgsodium from public;
grant execute on all functions in schema pgsodium to pgsodium_keyiduser, postgres, service_role;
