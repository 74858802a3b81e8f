//! What no reader of a report may see: passwords, tokens, keys, and what stands in the vault.

use std::sync::LazyLock;

use regex::Regex;

use crate::sql::inserted;

/// What stands in the place of a secret.
const MASK: &str = "•••";

/// Names whose values are secrets, alone or as a part of a longer name.
const NAMES: &str = "password|passwd|passphrase|secret|credential|credentials|api_?key|apikey|private_?key|service_?role_?key|\
    access_?token|refresh_?token|auth_?token|id_?token|token|authorization|bearer";

/// Texts that are secrets whatever they are called.
const SHAPES: &str = r"(?x)
    -----BEGIN[A-Z\ ]*PRIVATE\ KEY-----[\s\S]*?(?:-----END[A-Z\ ]*PRIVATE\ KEY-----|\z)
  | \beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?
  | \b(?:sb_secret_|sbp_|sk_live_|sk_test_|rk_live_|whsec_|ghp_|gho_|ghs_|github_pat_|glpat-|xox[abpr]-|AKIA|AIza)[A-Za-z0-9_-]{8,}
  | \bpgsodium:[A-Za-z0-9+/=]{8,}
";

static SHAPED: LazyLock<Regex> = LazyLock::new(|| Regex::new(SHAPES).expect("the pattern is one"));
static CONNECTION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b([a-z][a-z0-9+.-]*://)[^\s/@'<>]*:[^\s/@'<>]*@").expect("the pattern is one"));
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    let name = format!(
        r#"(?i)((?:\b|_)(?:decrypted_)?(?:{NAMES})(?:_\w+)?\\*["']?(?:::\w+)?\s*(?:=>|:=|<>|[=:,]|\bis\b)\s*)"#
    );
    let value = r#"(E?'(?:[^']|'')*'|\\?"(?:[^"\\]|\\[^"])*\\?"|[^\s,;(){}'"\]]{6,})"#;
    Regex::new(&format!("{name}{value}")).expect("the pattern is one")
});
static CREATED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(\b(?:create_secret|crypt|password)\s*\(?\s*)E?'(?:[^']|'')*'").expect("the pattern is one")
});
static NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!("(?i)^(?:.*_)?(?:{NAMES})$")).expect("the pattern is one"));

/// Whether a value of this name is a secret.
pub(super) fn is_secret(name: &str) -> bool {
    NAME.is_match(name)
}

/// Returns a text without the secrets in it.
pub(super) fn masked(text: &str) -> String {
    let mut text = text.to_owned();
    // Where the name of the column is not beside the value, Postgres's own parser knows which belong together.
    if text.to_ascii_lowercase().contains("insert") {
        let mut spans = inserted(&text, is_secret);
        spans.sort_by_key(|span| std::cmp::Reverse(span.start));
        for span in spans {
            text.replace_range(span, &format!("'{MASK}'"));
        }
    }
    let text = CONNECTION.replace_all(&text, format!("${{1}}{MASK}@"));
    let text = SHAPED.replace_all(&text, MASK);
    let text = CREATED.replace_all(&text, format!("${{1}}'{MASK}'"));
    let quoted = |found: &regex::Captures<'_>| {
        let value = &found[2];
        let masked = match value.chars().next() {
            Some('\'' | 'E' | 'e') if value.ends_with('\'') => format!("'{MASK}'"),
            Some('\\') => format!("\\\"{MASK}\\\""),
            Some('"') => format!("\"{MASK}\""),
            // A word of SQL, or a name that is qualified, is no value.
            _ if value.chars().all(|c| c.is_ascii_lowercase() || "_.".contains(c)) => value.to_owned(),
            _ => MASK.to_owned(),
        };
        format!("{}{masked}", &found[1])
    };
    NAMED.replace_all(&text, quoted).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_secret_is_masked_and_what_stands_around_it_stays() {
        for (text, wanted) in [
            (
                "insert into t (id, credential) values ('a', 'hunter2')",
                "insert into t (id, credential) values ('a', '•••')",
            ),
            ("update t set credential = 'it''s' where id = 'a'", "update t set credential = '•••' where id = 'a'"),
            (
                "select jsonb_build_object('credential', 'hunter2'::text, 'id', 'a')",
                "select jsonb_build_object('credential', '•••'::text, 'id', 'a')",
            ),
            ("{\"api_key\": \"abc\", \"sub\": \"x\"}", "{\"api_key\": \"•••\", \"sub\": \"x\"}"),
            ("postgres://postgres:hunter2@db.example:5432/x", "postgres://•••@db.example:5432/x"),
            ("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.abc", "Bearer •••"),
            ("select vault.create_secret('hunter2', 'name')", "select vault.create_secret('•••', 'name')"),
            ("alter role x password 'hunter2'", "alter role x password '•••'"),
            ("decrypted_secret = 'hunter2'", "decrypted_secret = '•••'"),
            ("decrypted_secret: hunter2", "decrypted_secret: •••"),
            ("sb_secret_abcdefghijkl", "•••"),
            ("select token from t where credential is null", "select token from t where credential is null"),
            ("-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY----- x", "••• x"),
        ] {
            assert_eq!(masked(text), wanted);
        }
    }
}
