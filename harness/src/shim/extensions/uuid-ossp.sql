-- extension: uuid-ossp
-- version: 1.1
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: every version is right in form, v3 and v5 in value too; v1 takes a random node instead of a network address

create function @extschema@.uuid_nil() returns uuid
language sql immutable strict parallel safe
return '00000000-0000-0000-0000-000000000000'::uuid;

create function @extschema@.uuid_ns_dns() returns uuid
language sql immutable strict parallel safe
return '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid;

create function @extschema@.uuid_ns_url() returns uuid
language sql immutable strict parallel safe
return '6ba7b811-9dad-11d1-80b4-00c04fd430c8'::uuid;

create function @extschema@.uuid_ns_oid() returns uuid
language sql immutable strict parallel safe
return '6ba7b812-9dad-11d1-80b4-00c04fd430c8'::uuid;

create function @extschema@.uuid_ns_x500() returns uuid
language sql immutable strict parallel safe
return '6ba7b814-9dad-11d1-80b4-00c04fd430c8'::uuid;

create function @extschema@.uuid_generate_v4() returns uuid
language internal volatile strict parallel safe as 'gen_random_uuid';

-- Ticks of 100 ns since 1582-10-15, cut into the three fields of a version 1 uuid.
create function @extschema@.uuid_generate_v1mc() returns uuid
language plpgsql volatile strict parallel safe as $fn$
declare
    ticks bigint := (extract(epoch from clock_timestamp()) * 1000000)::bigint * 10 + 122192928000000000;
    stamp text := lpad(to_hex(ticks), 16, '0');
    noise bytea := uuid_send(gen_random_uuid());
begin
    return substr(stamp, 9, 8) || substr(stamp, 5, 4) || '1' || substr(stamp, 2, 3)
        || to_hex(get_byte(noise, 8)) || encode(substr(noise, 10, 1), 'hex')
        || lpad(to_hex(get_byte(noise, 10) | 3), 2, '0') || encode(substr(noise, 12, 5), 'hex');
end
$fn$;

create function @extschema@.uuid_generate_v1() returns uuid
language sql volatile strict parallel safe
return @extschema@.uuid_generate_v1mc();

create function @extschema@.uuid_from_hash(hash bytea, version integer) returns uuid
language sql immutable strict parallel safe
return encode(set_byte(set_byte(substr(hash, 1, 16),
    6, (get_byte(hash, 6) & 15) | (version << 4)),
    8, (get_byte(hash, 8) & 63) | 128), 'hex')::uuid;

create function @extschema@.uuid_generate_v3(namespace uuid, name text) returns uuid
language sql immutable strict parallel safe
return @extschema@.uuid_from_hash(decode(md5(uuid_send(namespace) || convert_to(name, 'UTF8')), 'hex'), 3);

-- Core has no SHA-1.
create function @extschema@.uuid_sha1(message bytea) returns bytea
language plpgsql immutable strict parallel safe as $fn$
declare
    mask constant bigint := 4294967295;
    padded bytea := message || decode('80' || repeat('00', (119 - length(message) % 64) % 64), 'hex')
        || int8send(length(message)::bigint * 8);
    h bigint[] := array[1732584193, 4023233417, 2562383102, 271733878, 3285377520];
    w bigint[];
    a bigint; b bigint; c bigint; d bigint; e bigint; f bigint; k bigint; t bigint;
    at integer;
begin
    for block in 0 .. length(padded) / 64 - 1 loop
        for i in 0 .. 15 loop
            at := block * 64 + i * 4;
            w[i] := get_byte(padded, at)::bigint * 16777216 + get_byte(padded, at + 1) * 65536
                + get_byte(padded, at + 2) * 256 + get_byte(padded, at + 3);
        end loop;
        for i in 16 .. 79 loop
            t := w[i - 3] # w[i - 8] # w[i - 14] # w[i - 16];
            w[i] := ((t << 1) | (t >> 31)) & mask;
        end loop;
        a := h[1]; b := h[2]; c := h[3]; d := h[4]; e := h[5];
        for i in 0 .. 79 loop
            if i < 20 then
                f := (b & c) | ((b # mask) & d); k := 1518500249;
            elsif i < 40 then
                f := b # c # d; k := 1859775393;
            elsif i < 60 then
                f := (b & c) | (b & d) | (c & d); k := 2400959708;
            else
                f := b # c # d; k := 3395469782;
            end if;
            t := ((((a << 5) | (a >> 27)) & mask) + f + e + k + w[i]) & mask;
            e := d; d := c; c := ((b << 30) | (b >> 2)) & mask; b := a; a := t;
        end loop;
        h := array[(h[1] + a) & mask, (h[2] + b) & mask, (h[3] + c) & mask, (h[4] + d) & mask, (h[5] + e) & mask];
    end loop;
    return (select decode(string_agg(lpad(to_hex(part), 8, '0'), '' order by n), 'hex')
            from unnest(h) with ordinality as parts (part, n));
end
$fn$;

create function @extschema@.uuid_generate_v5(namespace uuid, name text) returns uuid
language sql immutable strict parallel safe
return @extschema@.uuid_from_hash(@extschema@.uuid_sha1(uuid_send(namespace) || convert_to(name, 'UTF8')), 5);
