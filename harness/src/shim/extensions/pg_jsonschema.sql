-- extension: pg_jsonschema
-- version: 0.3.3
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: the common keywords of JSON Schema are checked; format, $dynamicRef, unevaluated* and references to other documents are not

-- Every fault of a value, as a sentence. References are looked up in the schema's root.
create function @extschema@.jsonschema_faults(schema jsonb, instance jsonb, root jsonb) returns setof text
language plpgsql immutable as $fn$
declare
    kind text := jsonb_typeof(instance);
    size numeric;
    item record;
    part jsonb;
    hits integer;
    pointer text[];
begin
    if schema = 'true' or schema is null or instance is null then
        return;
    elsif schema = 'false' then
        return next format('False schema does not allow %s', instance);
        return;
    elsif jsonb_typeof(schema) <> 'object' then
        raise exception 'a JSON Schema is an object or a boolean, not %', schema using errcode = '22023';
    end if;

    if jsonb_typeof(schema -> '$ref') = 'string' then
        if schema ->> '$ref' not like '#%' then
            raise exception 'reference "%" leads out of the schema, which is not imitated', schema ->> '$ref'
                using errcode = '0A000';
        end if;
        pointer := array(
            select replace(replace(step, '~1', '/'), '~0', '~')
            from unnest(string_to_array(ltrim(schema ->> '$ref', '#/'), '/')) with ordinality as steps (step, n)
            order by n);
        part := root #> pointer;
        if part is null then
            raise exception 'reference "%" leads nowhere', schema ->> '$ref' using errcode = '22023';
        end if;
        return query select * from @extschema@.jsonschema_faults(part, instance, root);
    end if;

    if schema ? 'type' and not exists (
        select from jsonb_array_elements_text(
            case jsonb_typeof(schema -> 'type') when 'array' then schema -> 'type'
                else jsonb_build_array(schema -> 'type') end) as wanted
        where wanted = kind or wanted = 'integer' and kind = 'number' and instance::numeric = trunc(instance::numeric)
    ) then
        return next format('%s is not of type %s', instance, schema -> 'type');
    end if;
    if schema ? 'enum' and not (schema -> 'enum' @> jsonb_build_array(instance)
        and exists (select from jsonb_array_elements(schema -> 'enum') as choice where choice = instance)) then
        return next format('%s is not one of %s', instance, schema -> 'enum');
    end if;
    if schema ? 'const' and schema -> 'const' <> instance then
        return next format('%s was expected', schema -> 'const');
    end if;

    if kind = 'number' then
        size := instance::numeric;
        if size < (schema ->> 'minimum')::numeric then
            return next format('%s is less than the minimum of %s', instance, schema -> 'minimum');
        end if;
        if size > (schema ->> 'maximum')::numeric then
            return next format('%s is greater than the maximum of %s', instance, schema -> 'maximum');
        end if;
        if jsonb_typeof(schema -> 'exclusiveMinimum') = 'number' and size <= (schema ->> 'exclusiveMinimum')::numeric then
            return next format('%s is less than or equal to the minimum of %s', instance, schema -> 'exclusiveMinimum');
        end if;
        if jsonb_typeof(schema -> 'exclusiveMaximum') = 'number' and size >= (schema ->> 'exclusiveMaximum')::numeric then
            return next format('%s is greater than or equal to the maximum of %s', instance, schema -> 'exclusiveMaximum');
        end if;
        if size % (schema ->> 'multipleOf')::numeric <> 0 then
            return next format('%s is not a multiple of %s', instance, schema -> 'multipleOf');
        end if;
    elsif kind = 'string' then
        size := length(instance #>> '{}');
        if size < (schema ->> 'minLength')::numeric then
            return next format('%s is shorter than %s characters', instance, schema -> 'minLength');
        end if;
        if size > (schema ->> 'maxLength')::numeric then
            return next format('%s is longer than %s characters', instance, schema -> 'maxLength');
        end if;
        if instance #>> '{}' !~ (schema ->> 'pattern') then
            return next format('%s does not match %s', instance, schema -> 'pattern');
        end if;
    elsif kind = 'array' then
        size := jsonb_array_length(instance);
        if size < (schema ->> 'minItems')::numeric then
            return next format('%s has less than %s items', instance, schema -> 'minItems');
        end if;
        if size > (schema ->> 'maxItems')::numeric then
            return next format('%s has more than %s items', instance, schema -> 'maxItems');
        end if;
        if schema -> 'uniqueItems' = 'true'
            and (select count(distinct v) from jsonb_array_elements(instance) as v) < size then
            return next format('%s has non-unique elements', instance);
        end if;
        for item in select v as value, n - 1 as n from jsonb_array_elements(instance) with ordinality as e (v, n) loop
            -- A list of schemas says it place by place, as prefixItems or, in older drafts, as items.
            part := case when jsonb_typeof(schema -> 'items') = 'array' then schema -> 'items' else schema -> 'prefixItems' end;
            hits := coalesce(jsonb_array_length(part), 0);
            if item.n < hits then
                part := part -> item.n::integer;
            elsif jsonb_typeof(schema -> 'items') = 'array' then
                part := schema -> 'additionalItems';
            else
                part := schema -> 'items';
            end if;
            return query select * from @extschema@.jsonschema_faults(
                part, item.value, root);
        end loop;
        if schema ? 'contains' then
            select count(*) into hits from jsonb_array_elements(instance) as v
            where not exists (select from @extschema@.jsonschema_faults(schema -> 'contains', v, root));
            if hits < coalesce((schema ->> 'minContains')::integer, 1) or hits > (schema ->> 'maxContains')::integer then
                return next format('None of %s are valid under the given schema', instance);
            end if;
        end if;
    elsif kind = 'object' then
        size := (select count(*) from jsonb_object_keys(instance));
        if size < (schema ->> 'minProperties')::numeric then
            return next format('%s has less than %s properties', instance, schema -> 'minProperties');
        end if;
        if size > (schema ->> 'maxProperties')::numeric then
            return next format('%s has more than %s properties', instance, schema -> 'maxProperties');
        end if;
        if jsonb_typeof(schema -> 'required') = 'array' then
            return query select format('%s is a required property', to_json(name))
            from jsonb_array_elements_text(schema -> 'required') as name where not instance ? name;
        end if;
        for item in select key, value from jsonb_each(instance) loop
            hits := 0;
            if schema -> 'properties' ? item.key then
                hits := 1;
                return query select * from @extschema@.jsonschema_faults(
                    schema -> 'properties' -> item.key, item.value, root);
            end if;
            for part in
                select value from jsonb_each(schema -> 'patternProperties') where item.key ~ key
            loop
                hits := 1;
                return query select * from @extschema@.jsonschema_faults(
                    part, item.value, root);
            end loop;
            if hits = 0 and schema -> 'additionalProperties' = 'false' then
                return next format('Additional properties are not allowed (''%s'' was unexpected)', item.key);
            elsif hits = 0 and schema ? 'additionalProperties' then
                return query select * from @extschema@.jsonschema_faults(
                    schema -> 'additionalProperties', item.value, root);
            end if;
            return query select * from @extschema@.jsonschema_faults(
                schema -> 'propertyNames', to_jsonb(item.key), root);
        end loop;
        for item in select key, value from jsonb_each(schema -> 'dependentRequired') where instance ? key loop
            return query select format('%s is a required property', to_json(name))
            from jsonb_array_elements_text(item.value) as name where not instance ? name;
        end loop;
    end if;

    if schema ? 'allOf' then
        return query select f.* from jsonb_array_elements(schema -> 'allOf') as branch,
            lateral @extschema@.jsonschema_faults(branch, instance, root) as f;
    end if;
    if schema ? 'anyOf' and not exists (
        select from jsonb_array_elements(schema -> 'anyOf') as branch
        where not exists (select from @extschema@.jsonschema_faults(branch, instance, root))
    ) then
        return next format('%s is not valid under any of the schemas listed in the ''anyOf'' keyword', instance);
    end if;
    if schema ? 'oneOf' then
        select count(*) into hits from jsonb_array_elements(schema -> 'oneOf') as branch
        where not exists (select from @extschema@.jsonschema_faults(branch, instance, root));
        if hits = 0 then
            return next format('%s is not valid under any of the schemas listed in the ''oneOf'' keyword', instance);
        elsif hits > 1 then
            return next format('%s is valid under more than one of the schemas listed in the ''oneOf'' keyword', instance);
        end if;
    end if;
    if schema ? 'not'
        and not exists (select from @extschema@.jsonschema_faults(schema -> 'not', instance, root)) then
        return next format('%s is not allowed for %s', schema -> 'not', instance);
    end if;
    if schema ? 'if' then
        return query select * from @extschema@.jsonschema_faults(
            case when exists (select from @extschema@.jsonschema_faults(schema -> 'if', instance, root))
                then schema -> 'else' else schema -> 'then' end, instance, root);
    end if;
end
$fn$;

create function @extschema@.jsonb_matches_schema(schema json, instance jsonb) returns boolean
language plpgsql immutable strict parallel safe
as $fn$ begin
    return not exists (select from @extschema@.jsonschema_faults(schema::jsonb, instance, schema::jsonb));
end $fn$;

create function @extschema@.json_matches_schema(schema json, instance json) returns boolean
language plpgsql immutable strict parallel safe
as $fn$ begin
    return not exists (select from @extschema@.jsonschema_faults(schema::jsonb, instance::jsonb, schema::jsonb));
end $fn$;

create function @extschema@.jsonschema_validation_errors(schema json, instance json) returns text[]
language plpgsql immutable strict parallel safe
as $fn$ begin
    return array(select f from @extschema@.jsonschema_faults(schema::jsonb, instance::jsonb, schema::jsonb) as f);
end $fn$;

-- A schema is taken as valid when the keywords that are checked here have values of the right kind.
create function @extschema@.jsonschema_is_valid(schema json) returns boolean
language plpgsql immutable strict parallel safe as $fn$
declare
    item record;
    kind text;
begin
    if json_typeof(schema) = 'boolean' then
        return true;
    elsif json_typeof(schema) <> 'object' then
        return false;
    end if;
    for item in select key, value from jsonb_each(schema::jsonb) loop
        kind := jsonb_typeof(item.value);
        if item.key = 'type' and exists (
                select from jsonb_array_elements_text(
                    case kind when 'array' then item.value else jsonb_build_array(item.value) end) as name
                where name not in ('string', 'number', 'integer', 'boolean', 'object', 'array', 'null'))
            or item.key in ('minimum', 'maximum', 'multipleOf', 'minLength', 'maxLength', 'minItems', 'maxItems',
                'minProperties', 'maxProperties') and kind <> 'number'
            or item.key in ('properties', 'patternProperties', 'definitions', '$defs') and kind <> 'object'
            or item.key in ('required', 'enum', 'allOf', 'anyOf', 'oneOf', 'prefixItems') and kind <> 'array'
            or item.key in ('pattern', '$ref', 'title', 'description') and kind <> 'string' then
            return false;
        end if;
        if item.key in ('properties', 'patternProperties', 'definitions', '$defs') and exists (
                select from jsonb_each(item.value) as inner_one
                where not @extschema@.jsonschema_is_valid(inner_one.value::json))
            or item.key in ('allOf', 'anyOf', 'oneOf', 'prefixItems') and exists (
                select from jsonb_array_elements(item.value) as inner_one
                where not @extschema@.jsonschema_is_valid(inner_one::json))
            or item.key in ('not', 'if', 'then', 'else', 'contains', 'additionalProperties', 'propertyNames')
                and not @extschema@.jsonschema_is_valid(item.value::json) then
            return false;
        end if;
    end loop;
    return true;
end
$fn$;
