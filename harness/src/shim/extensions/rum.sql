-- extension: rum
-- version: 1.3
-- schema: extensions
-- relocatable: yes
-- kind: stub
-- says: distances are taken from ts_rank; there is no access method rum, an index with it is left empty

create function @extschema@.rum_ts_distance(tsvector, tsquery) returns real
language sql immutable strict parallel safe
return coalesce(1 / nullif(ts_rank($1, $2), 0), 'infinity');
create function @extschema@.rum_ts_score(tsvector, tsquery) returns real
language sql immutable strict parallel safe return ts_rank($1, $2);
create operator @extschema@.<=> (leftarg = tsvector, rightarg = tsquery, function = @extschema@.rum_ts_distance);

create function @extschema@.rum_timestamp_distance(timestamp, timestamp) returns double precision
language sql immutable strict parallel safe return abs(extract(epoch from $1 - $2));
create function @extschema@.rum_timestamptz_distance(timestamptz, timestamptz) returns double precision
language sql immutable strict parallel safe return abs(extract(epoch from $1) - extract(epoch from $2));
create operator @extschema@.<=> (leftarg = timestamp, rightarg = timestamp,
    function = @extschema@.rum_timestamp_distance, commutator = operator(@extschema@.<=>));
create operator @extschema@.<=> (leftarg = timestamptz, rightarg = timestamptz,
    function = @extschema@.rum_timestamptz_distance, commutator = operator(@extschema@.<=>));
