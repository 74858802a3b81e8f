-- extension: unaccent
-- version: 1.1
-- schema: extensions
-- relocatable: yes
-- kind: imitation
-- says: covers the Latin letters with marks and a few signs; the text search dictionary passes words on unchanged

create function @extschema@.unaccent(text) returns text
language plpgsql stable strict parallel safe as $fn$
declare
    plain text := $1;
    pair text[];
begin
    plain := translate(plain,
        'ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿĀāĂăĄąĆćĈĉĊċČčĎďĐđĒēĔĕĖėĘęĚěĜĝĞğĠġĢ'
        || 'ģĤĥĦħĨĩĪīĬĭĮįİĴĵĶķĹĺĻļĽľĿŀŁłŃńŅņŇňŌōŎŏŐőŔŕŖŗŘřŚśŜŝŞşŠšŢţŤťŦŧŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżŽžƀƁƂƃƇƈƊ'
        || 'ƋƌƑƒƓƗƘƙƚƝƞƟƠơƤƥƫƬƭƮƯưƳƴƵƶǍǎǏǐǑǒǓǔǕǖǗǘǙǚǛǜǞǟǠǡǤǥǦǧǨǩǪǫǬǭǰǴǵǸǹǺǻȀȁȂȃȄȅȆȇȈȉȊȋȌȍȎȏȐȑȒȓȔȕȖȗȘșȚ'
        || 'țȞȟȠȡȤȥȦȧȨȩȪȫȬȭȮȯȰȱȲȳȴȵȶȺȻȼȽȾȿɀɃɆɇɈɉɋɌɍɎɏḀḁḂḃḄḅḆḇḈḉḊḋḌḍḎḏḐḑḒḓḔḕḖḗḘḙḚḛḜḝḞḟḠḡḢḣḤḥḦḧḨḩḪḫḬḭḮḯḰ'
        || 'ḱḲḳḴḵḶḷḸḹḺḻḼḽḾḿṀṁṂṃṄṅṆṇṈṉṊṋṌṍṎṏṐṑṒṓṔṕṖṗṘṙṚṛṜṝṞṟṠṡṢṣṤṥṦṧṨṩṪṫṬṭṮṯṰṱṲṳṴṵṶṷṸṹṺṻṼṽṾṿẀẁẂẃẄẅẆẇẈẉẊ'
        || 'ẋẌẍẎẏẐẑẒẓẔẕẖẗẘẙẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặẸẹẺẻẼẽẾếỀềỂểỄễỆệỈỉỊịỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợỤụỦủỨứỪ'
        || 'ừỬửỮữỰựỲỳỴỵỶỷỸỹỾỿıĸſʼ‘’“”–—×÷Ðð¡¿ŊŋƉƐƖƲȷẜẝẚỼỽ' || chr(173),
        'AAAAAACEEEEIIIINOOOOOOUUUUYaaaaaaceeeeiiiinoooooouuuuyyAaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgG'
        || 'gHhHhIiIiIiIiIJjKkLlLlLlLlLlNnNnNnOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzbBBbCcD'
        || 'DdFfGIKklNnOOoPptTtTUuYyZzAaIiOoUuUuUuUuUuAaAaGgGgKkOoOojGgNnAaAaAaEeEeIiIiOoOoRrRrUuUuSsT'
        || 'tHhNdZzAaEeOoOoOoOoYylntACcLTszBEeJjqRrYyAaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiK'
        || 'kKkKkLlLlLlLlMmMmMmNnNnNnNnOoOoOoOoPpPpRrRrRrRrSsSsSsSsSsTtTtTtTtUuUuUuUuUuVvVvWwWwWwWwWwX'
        || 'xXxYyZzZzZzhtwyAaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEeEeEeEeEeIiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuU'
        || 'uUuUuUuYyYyYyYyYyiqs''''''""--*/Dd!?NnDEIVjssaVv' || '-');
    if plain ~ '[^[:ascii:]]' then
        foreach pair slice 1 in array array[
            ['Æ', 'AE'], ['æ', 'ae'], ['Œ', 'OE'], ['œ', 'oe'], ['ß', 'ss'], ['Þ', 'TH'],
            ['þ', 'th'], ['Ĳ', 'IJ'], ['ĳ', 'ij'], ['ŉ', '''n'], ['Ǆ', 'DZ'], ['ǅ', 'Dz'],
            ['ǆ', 'dz'], ['Ǉ', 'LJ'], ['ǈ', 'Lj'], ['ǉ', 'lj'], ['Ǌ', 'NJ'], ['ǋ', 'Nj'],
            ['ǌ', 'nj'], ['Ǳ', 'DZ'], ['ǲ', 'Dz'], ['ǳ', 'dz'], ['Ƣ', 'OI'], ['ƣ', 'oi'],
            ['ƕ', 'hv'], ['ȸ', 'db'], ['ȹ', 'qp'], ['Ỻ', 'LL'], ['ỻ', 'll'], ['ẞ', 'SS'],
            ['ﬁ', 'fi'], ['ﬂ', 'fl'], ['…', '...'], ['№', 'No'], ['½', ' 1/2'], ['¼', ' 1/4'],
            ['¾', ' 3/4'], ['©', '(C)'], ['®', '(R)'], ['«', '<<'], ['»', '>>'], ['±', '+/-']
        ] loop
            plain := replace(plain, pair[1], pair[2]);
        end loop;
        plain := regexp_replace(plain, '[' || chr(768) || '-' || chr(866) || ']', '', 'g');
    end if;
    return plain;
end
$fn$;

-- A dictionary that does not accept a word hands it to the next one in the list.
create text search template @extschema@.unaccent (
    init = pg_catalog.dsimple_init, lexize = pg_catalog.dsimple_lexize);
create text search dictionary @extschema@.unaccent (template = @extschema@.unaccent, accept = false);

create function @extschema@.unaccent(regdictionary, text) returns text
language sql stable strict parallel safe
return @extschema@.unaccent($2);
