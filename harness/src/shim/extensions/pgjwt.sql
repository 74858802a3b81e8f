-- extension: pgjwt
-- version: 0.2.0
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: tokens are really signed and verified, without the help of pgcrypto

create function @extschema@.url_encode(data bytea) returns text
language sql immutable
return rtrim(translate(encode(data, 'base64'), '+/' || chr(10), '-_'), '=');

create function @extschema@.url_decode(data text) returns bytea
language sql immutable
return decode(rpad(translate(data, '-_', '+/'), (length(data) + 3) / 4 * 4, '='), 'base64');

create function @extschema@.pgjwt_hmac(data bytea, secret bytea, algorithm text) returns bytea
language plpgsql immutable strict as $fn$
declare
    size integer := case when algorithm = 'sha256' then 64 else 128 end;
    key bytea := secret;
    inner_pad bytea;
    outer_pad bytea;
    hashed bytea;
begin
    if length(key) > size then
        key := case algorithm when 'sha256' then sha256(key) when 'sha384' then sha384(key) else sha512(key) end;
    end if;
    key := key || decode(repeat('00', size - length(key)), 'hex');
    inner_pad := key;
    outer_pad := key;
    for i in 0 .. size - 1 loop
        inner_pad := set_byte(inner_pad, i, get_byte(key, i) # 54);
        outer_pad := set_byte(outer_pad, i, get_byte(key, i) # 92);
    end loop;
    inner_pad := inner_pad || data;
    hashed := case algorithm
        when 'sha256' then sha256(inner_pad) when 'sha384' then sha384(inner_pad) else sha512(inner_pad) end;
    outer_pad := outer_pad || hashed;
    return case algorithm
        when 'sha256' then sha256(outer_pad) when 'sha384' then sha384(outer_pad) else sha512(outer_pad) end;
end
$fn$;

create function @extschema@.algorithm_sign(signables text, secret text, algorithm text) returns text
language sql immutable
return @extschema@.url_encode(@extschema@.pgjwt_hmac(convert_to(signables, 'UTF8'), convert_to(secret, 'UTF8'),
    case algorithm when 'HS256' then 'sha256' when 'HS384' then 'sha384' when 'HS512' then 'sha512' end));

create function @extschema@.sign(payload json, secret text, algorithm text default 'HS256') returns text
language sql immutable
return (
    select signables || '.' || @extschema@.algorithm_sign(signables, secret, algorithm)
    from (select @extschema@.url_encode(convert_to('{"alg":"' || algorithm || '","typ":"JWT"}', 'UTF8')) || '.'
        || @extschema@.url_encode(convert_to(payload::text, 'UTF8')) as signables) parts
);

create function @extschema@.try_cast_double(inp text) returns double precision
language plpgsql immutable as $fn$
begin
    return inp::double precision;
exception when others then
    return null;
end
$fn$;

create function @extschema@.verify(token text, secret text, algorithm text default 'HS256')
returns table (header json, payload json, valid boolean)
language sql stable
begin atomic
    select
        jwt.header,
        jwt.payload,
        jwt.signature_ok and tstzrange(
            to_timestamp(@extschema@.try_cast_double(jwt.payload ->> 'nbf')),
            to_timestamp(@extschema@.try_cast_double(jwt.payload ->> 'exp'))) @> current_timestamp
    from (
        select
            convert_from(@extschema@.url_decode(parts[1]), 'UTF8')::json as header,
            convert_from(@extschema@.url_decode(parts[2]), 'UTF8')::json as payload,
            parts[3] = @extschema@.algorithm_sign(parts[1] || '.' || parts[2], secret, algorithm) as signature_ok
        from string_to_array(token, '.') as parts
    ) jwt;
end;
