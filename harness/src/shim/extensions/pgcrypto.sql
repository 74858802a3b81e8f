-- extension: pgcrypto
-- version: 1.3
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: digest, hmac, random bytes and armor are real; crypt, encrypt and pgp_sym agree only with themselves and pgp_pub raises

-- Core has md5 and the SHA-2 family; SHA-1 is computed here.
create function @extschema@.pgcrypto_sha1(message bytea) returns bytea
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

create function @extschema@.digest(bytea, text) returns bytea
language plpgsql immutable strict parallel safe as $fn$
begin
    case lower($2)
        when 'md5' then return decode(md5($1), 'hex');
        when 'sha1' then return @extschema@.pgcrypto_sha1($1);
        when 'sha224' then return sha224($1);
        when 'sha256' then return sha256($1);
        when 'sha384' then return sha384($1);
        when 'sha512' then return sha512($1);
        else raise exception 'Cannot use "%": No such hash algorithm', $2 using errcode = '22023';
    end case;
end
$fn$;

create function @extschema@.digest(text, text) returns bytea
language sql immutable strict parallel safe
return @extschema@.digest(convert_to($1, 'UTF8'), $2);

create function @extschema@.hmac(bytea, bytea, text) returns bytea
language plpgsql immutable strict parallel safe as $fn$
declare
    size integer := case when lower($3) in ('sha384', 'sha512') then 128 else 64 end;
    key bytea := case when length($2) > size then @extschema@.digest($2, $3) else $2 end;
    inner_pad bytea;
    outer_pad bytea;
begin
    key := key || decode(repeat('00', size - length(key)), 'hex');
    inner_pad := key;
    outer_pad := key;
    for i in 0 .. size - 1 loop
        inner_pad := set_byte(inner_pad, i, get_byte(key, i) # 54);
        outer_pad := set_byte(outer_pad, i, get_byte(key, i) # 92);
    end loop;
    return @extschema@.digest(outer_pad || @extschema@.digest(inner_pad || $1, $3), $3);
end
$fn$;

create function @extschema@.hmac(text, text, text) returns bytea
language sql immutable strict parallel safe
return @extschema@.hmac(convert_to($1, 'UTF8'), convert_to($2, 'UTF8'), $3);

create function @extschema@.gen_random_uuid() returns uuid
language internal volatile parallel safe as 'gen_random_uuid';

-- Hashing two random uuids leaves none of the bits that every uuid has in common.
create function @extschema@.gen_random_bytes(integer) returns bytea
language plpgsql volatile strict parallel safe as $fn$
declare
    made bytea := '';
begin
    if $1 < 1 or $1 > 1024 then
        raise exception 'Length not in range' using errcode = '39000';
    end if;
    while length(made) < $1 loop
        made := made || sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    end loop;
    return substr(made, 1, $1);
end
$fn$;

create function @extschema@.gen_salt(text, integer) returns text
language plpgsql volatile strict parallel safe as $fn$
declare
    letters text := translate(encode(@extschema@.gen_random_bytes(48), 'base64'), '+=' || chr(10), '.');
    rounds integer := $2;
begin
    case lower($1)
        when 'bf' then
            rounds := case when rounds = 0 then 6 else rounds end;
            if rounds not between 4 and 31 then
                raise exception 'gen_salt: Incorrect number of rounds' using errcode = '22023';
            end if;
            return '$2a$' || lpad(rounds::text, 2, '0') || '$' || left(letters, 22);
        when 'md5' then
            return '$1$' || left(letters, 8);
        when 'sha256crypt' then
            return '$5$rounds=' || case when rounds = 0 then 5000 else rounds end || '$' || left(letters, 16);
        when 'sha512crypt' then
            return '$6$rounds=' || case when rounds = 0 then 5000 else rounds end || '$' || left(letters, 16);
        when 'xdes' then
            return '_' || left(letters, 8);
        when 'des' then
            return left(letters, 2);
        else
            raise exception 'gen_salt: Unknown salt algorithm' using errcode = '22023';
    end case;
end
$fn$;

create function @extschema@.gen_salt(text) returns text
language sql volatile strict parallel safe
return @extschema@.gen_salt($1, 0);

-- The settings are kept in front of the hash, in the lengths of the real formats, so that a stored hash works
-- as the salt of the next call. The hash itself is not bcrypt's: that would take seconds.
create function @extschema@.crypt(text, text) returns text
language plpgsql immutable strict parallel safe as $fn$
declare
    salt text;
    size integer;
    hash bytea;
begin
    if $2 ~ '^[$]2[abxy]?[$][0-9]{2}[$][./A-Za-z0-9]{22}' then
        salt := substring($2 from '^[$]2[abxy]?[$][0-9]{2}[$][./A-Za-z0-9]{22}');
        size := 31;
    elsif $2 ~ '^[$]1[$]' then
        salt := substring($2 from '^[$]1[$][^$]{0,8}') || '$';
        size := 22;
    elsif $2 ~ '^[$][56][$]' then
        salt := substring($2 from '^[$][56][$](?:rounds=[0-9]+[$])?[^$]{0,16}') || '$';
        size := case when $2 like '$5%' then 43 else 86 end;
    elsif $2 ~ '^_.{8}' then
        salt := left($2, 9);
        size := 11;
    elsif $2 !~ '^[$_]' and length($2) >= 2 then
        salt := left($2, 2);
        size := 11;
    else
        raise exception 'invalid salt' using errcode = '22023';
    end if;
    hash := sha512(convert_to(salt || $1, 'UTF8'));
    hash := hash || sha512(hash || convert_to($1, 'UTF8'));
    return salt || left(translate(encode(hash, 'base64'), '+=' || chr(10), '.'), size);
end
$fn$;

-- A key stream of SHA-256 blocks stands for the cipher: applying it twice gives the message back.
create function @extschema@.pgcrypto_stream(data bytea, key bytea) returns bytea
language plpgsql immutable strict parallel safe as $fn$
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

create function @extschema@.pgcrypto_block_size(cipher text) returns integer
language plpgsql immutable strict parallel safe as $fn$
begin
    if cipher !~* '^(aes|rijndael|bf|blowfish|3des|des3|des|cast5)([0-9]*)(-(cbc|ecb|cfb))?(/pad:(pkcs|none))?$' then
        raise exception 'Cannot use "%": No such cipher algorithm', cipher using errcode = '22023';
    end if;
    return case when cipher ~* '^(aes|rijndael)' then 16 else 8 end;
end
$fn$;

create function @extschema@.encrypt_iv(bytea, bytea, bytea, text) returns bytea
language plpgsql immutable strict parallel safe as $fn$
declare
    size integer := @extschema@.pgcrypto_block_size($4);
    pad integer := size - length($1) % size;
    data bytea := $1;
begin
    if $4 !~* '/pad:none$' then
        data := data || decode(repeat(lpad(to_hex(pad), 2, '0'), pad), 'hex');
    elsif pad <> size then
        raise exception 'encrypt error: Data not a multiple of block size' using errcode = '39000';
    end if;
    return @extschema@.pgcrypto_stream(data, sha256($2) || sha256($3) || convert_to(lower($4), 'UTF8'));
end
$fn$;

create function @extschema@.decrypt_iv(bytea, bytea, bytea, text) returns bytea
language plpgsql immutable strict parallel safe as $fn$
declare
    size integer := @extschema@.pgcrypto_block_size($4);
    data bytea;
    pad integer;
begin
    if length($1) % size <> 0 then
        raise exception 'decrypt error: Data not a multiple of block size' using errcode = '39000';
    end if;
    data := @extschema@.pgcrypto_stream($1, sha256($2) || sha256($3) || convert_to(lower($4), 'UTF8'));
    if $4 ~* '/pad:none$' or length(data) = 0 then
        return data;
    end if;
    pad := get_byte(data, length(data) - 1);
    if pad not between 1 and size
        or substr(data, length(data) - pad + 1) <> decode(repeat(lpad(to_hex(pad), 2, '0'), pad), 'hex') then
        raise exception 'decrypt error: Decryption failed' using errcode = '39000';
    end if;
    return substr(data, 1, length(data) - pad);
end
$fn$;

create function @extschema@.encrypt(bytea, bytea, text) returns bytea
language sql immutable strict parallel safe
return @extschema@.encrypt_iv($1, $2, ''::bytea, $3);

create function @extschema@.decrypt(bytea, bytea, text) returns bytea
language sql immutable strict parallel safe
return @extschema@.decrypt_iv($1, $2, ''::bytea, $3);

-- Packet head, random part, checksum, message: a wrong passphrase is noticed by the checksum.
create function @extschema@.pgp_sym_encrypt_bytea(bytea, text, text) returns bytea
language plpgsql volatile strict parallel safe as $fn$
declare
    salt bytea := @extschema@.gen_random_bytes(16);
begin
    return decode('c30d04090302', 'hex') || salt || @extschema@.pgcrypto_stream(
        substr(sha256(salt || $1), 1, 20) || $1, sha256(convert_to($2, 'UTF8')) || salt);
end
$fn$;

create function @extschema@.pgp_sym_decrypt_bytea(bytea, text, text) returns bytea
language plpgsql immutable strict parallel safe as $fn$
declare
    salt bytea := substr($1, 7, 16);
    plain bytea;
begin
    if substr($1, 1, 6) = decode('c30d04090302', 'hex') and length($1) >= 42 then
        plain := @extschema@.pgcrypto_stream(substr($1, 23), sha256(convert_to($2, 'UTF8')) || salt);
        if substr(sha256(salt || substr(plain, 21)), 1, 20) = substr(plain, 1, 20) then
            return substr(plain, 21);
        end if;
    end if;
    raise exception 'Wrong key or corrupt data' using errcode = '39000';
end
$fn$;

create function @extschema@.pgp_sym_encrypt_bytea(bytea, text) returns bytea
language sql volatile strict parallel safe
return @extschema@.pgp_sym_encrypt_bytea($1, $2, '');

create function @extschema@.pgp_sym_encrypt(text, text) returns bytea
language sql volatile strict parallel safe
return @extschema@.pgp_sym_encrypt_bytea(convert_to($1, 'UTF8'), $2, '');

create function @extschema@.pgp_sym_encrypt(text, text, text) returns bytea
language sql volatile strict parallel safe
return @extschema@.pgp_sym_encrypt_bytea(convert_to($1, 'UTF8'), $2, $3);

create function @extschema@.pgp_sym_decrypt_bytea(bytea, text) returns bytea
language sql immutable strict parallel safe
return @extschema@.pgp_sym_decrypt_bytea($1, $2, '');

create function @extschema@.pgp_sym_decrypt(bytea, text) returns text
language sql immutable strict parallel safe
return convert_from(@extschema@.pgp_sym_decrypt_bytea($1, $2, ''), 'UTF8');

create function @extschema@.pgp_sym_decrypt(bytea, text, text) returns text
language sql immutable strict parallel safe
return convert_from(@extschema@.pgp_sym_decrypt_bytea($1, $2, $3), 'UTF8');

-- Public-key encryption is not imitated: all of its forms raise the same error.
do $make$
declare
    signature text;
begin
    foreach signature in array array[
        'pgp_pub_encrypt(text, bytea) returns bytea', 'pgp_pub_encrypt(text, bytea, text) returns bytea',
        'pgp_pub_encrypt_bytea(bytea, bytea) returns bytea', 'pgp_pub_encrypt_bytea(bytea, bytea, text) returns bytea',
        'pgp_pub_decrypt(bytea, bytea) returns text', 'pgp_pub_decrypt(bytea, bytea, text) returns text',
        'pgp_pub_decrypt(bytea, bytea, text, text) returns text', 'pgp_pub_decrypt_bytea(bytea, bytea) returns bytea',
        'pgp_pub_decrypt_bytea(bytea, bytea, text) returns bytea',
        'pgp_pub_decrypt_bytea(bytea, bytea, text, text) returns bytea', 'pgp_key_id(bytea) returns text',
        'pgp_armor_headers(text, out key text, out value text) returns setof record'
    ] loop
        execute format($sql$
            create function @extschema@.%s language plpgsql strict parallel safe as $fn$
            begin
                raise exception 'public-key functions of pgcrypto are not imitated' using errcode = '0A000';
            end
            $fn$
            $sql$, signature);
    end loop;
end
$make$;

create function @extschema@.armor(bytea, text[], text[]) returns text
language plpgsql immutable strict parallel safe as $fn$
declare
    crc integer := 11994318;
    head text;
begin
    if cardinality($2) <> cardinality($3) then
        raise exception 'mismatched array dimensions' using errcode = '2202E';
    end if;
    select string_agg(k || ': ' || v || chr(10), '' order by n) into head
    from unnest($2, $3) with ordinality as pairs (k, v, n);
    for i in 0 .. length($1) - 1 loop
        crc := crc # (get_byte($1, i) << 16);
        for bit in 1 .. 8 loop
            crc := crc << 1;
            if crc & 16777216 <> 0 then
                crc := crc # 25578747;
            end if;
        end loop;
        crc := crc & 16777215;
    end loop;
    return '-----BEGIN PGP MESSAGE-----' || chr(10) || coalesce(head, '') || chr(10)
        || case when length($1) = 0 then '' else rtrim(encode($1, 'base64'), chr(10)) || chr(10) end
        || '=' || encode(substr(int4send(crc), 2), 'base64') || chr(10)
        || '-----END PGP MESSAGE-----' || chr(10);
end
$fn$;

create function @extschema@.armor(bytea) returns text
language sql immutable strict parallel safe
return @extschema@.armor($1, '{}'::text[], '{}'::text[]);

create function @extschema@.dearmor(text) returns bytea
language plpgsql immutable strict parallel safe as $fn$
declare
    body text := substring(replace($1, chr(13), '')
        from '-----BEGIN PGP [^-]+-----\n(?:[^\n]+\n)*\n([A-Za-z0-9+/=\n]*)\n=[A-Za-z0-9+/]{4}\n-----END');
begin
    if body is null then
        raise exception 'Corrupt ascii-armor' using errcode = '39000';
    end if;
    return decode(body, 'base64');
end
$fn$;
