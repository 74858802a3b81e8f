//! Names inside SQL text: quoting them, and finding them token by token where no tree is at hand.

use std::borrow::Cow;
use std::collections::BTreeSet;

use pg_query::protobuf::Token;

use super::action::{ExtensionRequest, Relation};
use super::syntax::scan;

/// Quotes a name so that it stands for itself.
pub fn quote_identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Quotes a text as a literal, whatever `standard_conforming_strings` says.
pub fn quote_literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') { format!("E'{}'", quoted.replace('\\', "\\\\")) } else { format!("'{quoted}'") }
}

/// Puts another name wherever a statement names a database of the given name after the word DATABASE.
pub fn rename_database<'a>(statement: &'a str, from: &str, to: &str) -> Cow<'a, str> {
    let words = words(statement);
    let mut text = Cow::Borrowed(statement);
    for pair in words.windows(2).rev() {
        if pair[0].token == Token::Database as i32 && identifier(statement, &pair[1]).as_deref() == Some(from) {
            text.to_mut().replace_range(pair[1].start..pair[1].end, &quote_identifier(to));
        }
    }
    text
}

/// Confines a role's setting to one database, where the statement speaks of all.
pub fn confine_role_setting(statement: &str, database: &str) -> String {
    let after = words(statement).get(2).map_or(statement.len(), |role| role.end);
    format!("{} in database {}{}", &statement[..after], quote_identifier(database), &statement[after..])
}

/// Returns the extensions that a body asks for, wherever in it the words stand.
pub fn extension_requests(body: &str) -> Vec<ExtensionRequest> {
    let inner = bodies(body);
    let words = words(body);
    let mut found: Vec<_> = (0..words.len()).filter_map(|at| extension_at(body, &words[at..])).collect();
    found.extend(inner.iter().flat_map(|text| extension_requests(text)));
    found
}

/// Returns what a body creates, alters or drops under a name with a schema, wherever in it the words stand. Policies and
/// triggers have no such name and are not among it.
pub fn changed_things(body: &str) -> Vec<Relation> {
    let words = words(body);
    let mut found: Vec<_> = (0..words.len()).filter_map(|at| changed_at(body, &words[at..])).collect();
    found.extend(bodies(body).iter().flat_map(|text| changed_things(text)));
    found
}

/// Returns the roles that a body creates, wherever in it the words stand.
pub fn created_roles(body: &str) -> Vec<String> {
    let words = words(body);
    let is = |at: usize, tokens: &[Token]| tokens.iter().any(|token| words[at].token == *token as i32);
    let names = (2..words.len())
        .filter(|at| is(at - 2, &[Token::Create]) && is(at - 1, &[Token::Role, Token::User, Token::GroupP]));
    let mut found: Vec<_> = names.filter_map(|at| identifier(body, &words[at])).collect();
    found.extend(bodies(body).iter().flat_map(|text| created_roles(text)));
    found
}

struct Word {
    start: usize,
    end: usize,
    token: i32,
}

fn words(text: &str) -> Vec<Word> {
    let scanned = scan(text).unwrap_or_default();
    let word = |token: pg_query::protobuf::ScanToken| {
        let (start, end) = (usize::try_from(token.start).ok()?, usize::try_from(token.end).ok()?);
        let comment = token.token == Token::SqlComment as i32 || token.token == Token::CComment as i32;
        (!comment).then_some(Word { start, end, token: token.token })
    };
    scanned.into_iter().filter_map(word).collect()
}

/// Returns every name that a text speaks of, in its strings and bodies as well.
pub fn mentioned(text: &str) -> BTreeSet<String> {
    let names = words(text).into_iter().filter_map(|word| identifier(text, &word));
    let mut found: BTreeSet<_> = names.collect();
    found.extend(bodies(text).iter().flat_map(|body| mentioned(body)));
    found
}

/// Returns what the string constants of a text hold, for code is often kept in them.
fn bodies(text: &str) -> Vec<String> {
    let constants = words(text).into_iter().filter(|word| word.token == Token::Sconst as i32);
    constants.map(|word| unquote(&text[word.start..word.end])).collect()
}

fn unquote(constant: &str) -> String {
    if let Some(tag_end) = constant.strip_prefix('$').and_then(|rest| rest.find('$')) {
        let tag = tag_end + 2;
        return constant.get(tag..constant.len().saturating_sub(tag)).unwrap_or_default().to_owned();
    }
    let inner = constant.trim_start_matches(['e', 'E']).trim_start_matches('\'');
    inner.strip_suffix('\'').unwrap_or(inner).replace("''", "'")
}

fn identifier(text: &str, word: &Word) -> Option<String> {
    let raw = &text[word.start..word.end];
    match raw.strip_prefix('"') {
        Some(quoted) => Some(quoted.strip_suffix('"')?.replace("\"\"", "\"")),
        None if raw.starts_with(|c: char| c.is_alphabetic() || c == '_') => Some(raw.to_lowercase()),
        None => None,
    }
}

fn extension_at(text: &str, words: &[Word]) -> Option<ExtensionRequest> {
    let name_of = |at: usize| words.get(at).and_then(|word| identifier(text, word));
    let is = |at: usize, token: Token| words.get(at).is_some_and(|word| word.token == token as i32);
    if !is(0, Token::Create) || !is(1, Token::Extension) {
        return None;
    }
    let if_not_exists = is(2, Token::IfP);
    let at = if if_not_exists { 5 } else { 2 };
    let name = name_of(at)?;
    let with = usize::from(name_of(at + 1).as_deref() == Some("with"));
    let schema = is(at + 1 + with, Token::Schema).then(|| name_of(at + 2 + with)).flatten();
    Some(ExtensionRequest { name, schema, if_not_exists, cascade: true })
}

fn changed_at(text: &str, words: &[Word]) -> Option<Relation> {
    const KINDS: [Token; 8] = [
        Token::Table,
        Token::Function,
        Token::Procedure,
        Token::View,
        Token::Sequence,
        Token::TypeP,
        Token::DomainP,
        Token::Index,
    ];
    let is = |at: usize, token: Token| words.get(at).is_some_and(|word| word.token == token as i32);
    let any = |at: usize, tokens: &[Token]| tokens.iter().any(|token| is(at, *token));
    if !any(0, &[Token::Create, Token::Alter, Token::Drop]) {
        return None;
    }
    // Between the verb and the kind: OR REPLACE, UNLOGGED, MATERIALIZED and the like.
    let kind = (1..4).find(|at| any(*at, &KINDS))?;
    let mut at = kind + 1;
    while any(at, &[Token::IfP, Token::Not, Token::Exists, Token::Only, Token::Concurrently]) {
        at += 1;
    }
    let schema = words.get(at).and_then(|word| identifier(text, word))?;
    let dot = words.get(at + 1).is_some_and(|word| &text[word.start..word.end] == ".");
    let name = dot.then(|| words.get(at + 2).and_then(|word| identifier(text, word))).flatten()?;
    Some(Relation { schema: Some(schema), name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoting_survives_quotes_and_backslashes() {
        assert_eq!(quote_identifier("a\"b"), "\"a\"\"b\"");
        assert_eq!(quote_literal("it's"), "'it''s'");
        assert_eq!(quote_literal("a\\'"), "E'a\\\\'''");
    }

    #[test]
    fn what_is_changed_is_found_inside_blocks_and_executed_strings() {
        let body = "do $$ begin alter table if exists only storage.objects enable row level security; execute 'alter table \"a\".b add c int';
          create or replace function auth.f() returns int language sql as $x$ drop view s.v $x$; create unlogged table t.u (); create policy p on q.r;
          create trigger t before insert on q.r execute function q.f(); create view v as select from q.r; end $$";
        let names: Vec<_> =
            changed_things(body).into_iter().map(|it| (it.schema.unwrap_or_default(), it.name)).collect();
        let expected = [("storage", "objects"), ("a", "b"), ("auth", "f"), ("s", "v"), ("t", "u")];
        let mut names: Vec<(&str, &str)> =
            names.iter().map(|(schema, name): &(String, String)| (&**schema, &**name)).collect();
        names.sort_unstable();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(names, expected);
    }

    #[test]
    fn roles_are_found_where_a_body_creates_them() {
        let body =
            "do $$ begin if true then create role a; end if; execute 'create user \"B\" login'; drop role c; end $$";
        assert_eq!(created_roles(body), ["a", "B"]);
        assert_eq!(created_roles("do $$ begin execute ''; execute ' \n '; end $$"), [""; 0]);
    }

    #[test]
    fn names_are_found_however_deep_they_stand() {
        let text = "-- net.http_get\nselect cron.schedule('x', '* * * * *', $$select net.http_post(url := 'u')$$)";
        let found = mentioned(text);
        assert!(found.contains("cron") && found.contains("net") && found.contains("http_post"), "{found:?}");
        assert!(!found.contains("http_get"), "a comment speaks to people");
    }

    #[test]
    fn only_the_database_of_that_name_is_renamed() {
        let sql = "alter database postgres set timezone to 'postgres'";
        assert_eq!(rename_database(sql, "postgres", "clone"), "alter database \"clone\" set timezone to 'postgres'");
        assert_eq!(rename_database("grant x to postgres", "postgres", "clone"), "grant x to postgres");
        let quoted = "grant all on database \"postgres\" to anon";
        assert_eq!(rename_database(quoted, "postgres", "clone"), "grant all on database \"clone\" to anon");
    }

    #[test]
    fn a_role_setting_is_confined_after_the_name_of_the_role() {
        let sql = "-- why\nalter role \"my role\" set x.y to 'z'";
        assert_eq!(confine_role_setting(sql, "d"), "-- why\nalter role \"my role\" in database \"d\" set x.y to 'z'");
    }

    #[test]
    fn extensions_are_found_inside_blocks_and_executed_strings() {
        let body = "do $$ begin execute 'create extension if not exists pg_cron with schema cron'; create extension \"uuid-ossp\"; end $$";
        let names: Vec<_> = extension_requests(body).into_iter().map(|it| (it.name, it.schema)).collect();
        assert!(names.contains(&("pg_cron".into(), Some("cron".into()))));
        assert!(names.contains(&("uuid-ossp".into(), None)));
    }
}
