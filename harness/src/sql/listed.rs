//! Values that a SQL text lists: the labels of an enum, or what it inserts into a column.

use std::ops::Range;

use pg_query::NodeEnum;
use pg_query::protobuf::{AlterEnumStmt, InsertStmt, Node, ObjectType, Token, a_const};

use super::action::Relation;
use super::split::{on_deep_stack, read};
use super::syntax::{SyntaxError, scan};

/// What of a text is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    /// The labels of this enum.
    Labels(Relation),
    /// What is inserted into a column of this relation.
    Column(Relation, String),
}

/// A value, and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// The value.
    pub text: String,
    /// Its bytes in the text.
    pub span: Range<usize>,
}

/// Reads what an author wants of a text: `create type t`, or `insert into t (column)`.
pub fn lister(words: &str) -> Option<Listed> {
    let words = words.trim();
    let first = |text: &str| {
        let mut statements = on_deep_stack(|| read(text, |_, node| node)).ok()?;
        if statements.len() == 1 { statements.pop().flatten() } else { None }
    };
    match first(words).or_else(|| first(&format!("{words} values (null)")))? {
        NodeEnum::DefineStmt(it) if it.kind() == ObjectType::ObjectType && it.definition.is_empty() => {
            name(&it.defnames).map(Listed::Labels)
        }
        NodeEnum::InsertStmt(it) if it.cols.len() == 1 => {
            let column = columns(&it).pop()?;
            Some(Listed::Column(relation(&it), column))
        }
        _ => None,
    }
}

/// Returns the values that a text lists, in their order.
///
/// # Errors
/// What cannot be read, with its place.
pub fn listed(text: &str, wanted: &Listed) -> Result<Vec<Literal>, SyntaxError> {
    on_deep_stack(|| {
        let mut values = Vec::new();
        for (span, node) in read(text, |span, node| (span, node))? {
            let Some(node) = node else { continue };
            let tokens = Tokens::of(text, span);
            match wanted {
                Listed::Labels(it) => labels(&mut values, it, &node, &tokens)?,
                Listed::Column(it, column) => inserted(&mut values, (it, column), &node, &tokens)?,
            }
        }
        Ok(values)
    })
}

/// The tokens of one statement.
struct Tokens {
    statement: Range<usize>,
    all: Vec<(Range<usize>, i32)>,
}

impl Tokens {
    fn of(text: &str, statement: Range<usize>) -> Self {
        let at = |byte: i32| usize::try_from(byte).unwrap_or(0) + statement.start;
        let scanned = scan(&text[statement.clone()]).unwrap_or_default();
        let all = scanned.into_iter().map(|it| (at(it.start)..at(it.end), it.token)).collect();
        Self { statement, all }
    }

    /// Returns the quoted constants: trees of types do not say where they stand.
    fn constants(&self) -> Vec<Range<usize>> {
        let is_constant = |token: i32| token == Token::Sconst as i32 || token == Token::Usconst as i32;
        self.all.iter().filter(|(_, token)| is_constant(*token)).map(|(span, _)| span.clone()).collect()
    }

    /// Returns the token that begins at a byte of the text.
    fn at(&self, byte: i32) -> Range<usize> {
        let start = usize::try_from(byte).unwrap_or(self.statement.start);
        let found = self.all.iter().find(|(span, _)| span.start == start);
        found.map_or_else(|| start..start, |(span, _)| span.clone())
    }
}

fn labels(values: &mut Vec<Literal>, wanted: &Relation, node: &NodeEnum, tokens: &Tokens) -> Result<(), SyntaxError> {
    match node {
        NodeEnum::CreateEnumStmt(it) if is(name(&it.type_name).as_ref(), wanted) => {
            let texts = it.vals.iter().filter_map(string);
            values.extend(texts.zip(tokens.constants()).map(|(text, span)| Literal { text, span }));
            Ok(())
        }
        NodeEnum::AlterEnumStmt(it) if is(name(&it.type_name).as_ref(), wanted) => altered(values, it, tokens),
        _ => Ok(()),
    }
}

/// Does to labels what `alter type … add value` and `rename value` would.
fn altered(values: &mut Vec<Literal>, stmt: &AlterEnumStmt, tokens: &Tokens) -> Result<(), SyntaxError> {
    let constants = tokens.constants();
    let place = |at: usize| constants.get(at).cloned().unwrap_or_else(|| tokens.statement.clone());
    let find = |label: &str, at: usize| {
        let found = values.iter().position(|it| it.text == label);
        found
            .ok_or_else(|| SyntaxError { message: format!("there is no label `{label}` before this"), span: place(at) })
    };
    if !stmt.old_val.is_empty() {
        let at = find(&stmt.old_val, 0)?;
        values[at] = Literal { text: stmt.new_val.clone(), span: place(1) };
        return Ok(());
    }
    if stmt.skip_if_new_val_exists && values.iter().any(|it| it.text == stmt.new_val) {
        return Ok(());
    }
    let at = match stmt.new_val_neighbor.as_str() {
        "" => values.len(),
        neighbour => find(neighbour, 1)? + usize::from(stmt.new_val_is_after),
    };
    values.insert(at, Literal { text: stmt.new_val.clone(), span: place(0) });
    Ok(())
}

fn inserted(
    values: &mut Vec<Literal>,
    (wanted, column): (&Relation, &str),
    node: &NodeEnum,
    tokens: &Tokens,
) -> Result<(), SyntaxError> {
    let NodeEnum::InsertStmt(stmt) = node else { return Ok(()) };
    if !is(Some(&relation(stmt)), wanted) {
        return Ok(());
    }
    let table = stmt.relation.as_ref().map_or_else(|| tokens.statement.clone(), |it| tokens.at(it.location));
    let says = |message: String| SyntaxError { message, span: table.clone() };
    let at = columns(stmt).iter().position(|it| it == column);
    let at = at.ok_or_else(|| says(format!("this does not say by name that it fills the column `{column}`")))?;
    let query = stmt.select_stmt.as_ref().and_then(|it| it.node.as_ref());
    let rows = match query {
        Some(NodeEnum::SelectStmt(it)) if !it.values_lists.is_empty() => &it.values_lists,
        _ => return Err(says("this does not list its rows by `values`".to_owned())),
    };
    for row in rows {
        let items = if let Some(NodeEnum::List(list)) = &row.node { list.items.as_slice() } else { &[] };
        let value = items.get(at).and_then(constant);
        let (text, location) =
            value.ok_or_else(|| says(format!("not every value of the column `{column}` is a constant")))?;
        values.push(Literal { text, span: tokens.at(location) });
    }
    Ok(())
}

/// Returns a constant, whatever it is cast to, and where it begins.
pub(super) fn constant(node: &Node) -> Option<(String, i32)> {
    match node.node.as_ref()? {
        NodeEnum::TypeCast(it) => constant(it.arg.as_deref()?),
        NodeEnum::AConst(it) => match it.val.as_ref()? {
            a_const::Val::Sval(text) => Some(text.sval.clone()),
            a_const::Val::Ival(number) => Some(number.ival.to_string()),
            a_const::Val::Fval(number) => Some(number.fval.clone()),
            a_const::Val::Boolval(value) => Some(value.boolval.to_string()),
            a_const::Val::Bsval(_) => None,
        }
        .map(|text| (text, it.location)),
        _ => None,
    }
}

fn relation(stmt: &InsertStmt) -> Relation {
    let range = stmt.relation.clone().unwrap_or_default();
    Relation { schema: (!range.schemaname.is_empty()).then_some(range.schemaname), name: range.relname }
}

fn columns(stmt: &InsertStmt) -> Vec<String> {
    let name = |node: &Node| match &node.node {
        Some(NodeEnum::ResTarget(it)) => it.name.clone(),
        _ => String::new(),
    };
    stmt.cols.iter().map(name).collect()
}

fn name(parts: &[Node]) -> Option<Relation> {
    let mut parts: Vec<_> = parts.iter().filter_map(string).collect();
    let name = parts.pop()?;
    Some(Relation { schema: parts.pop(), name })
}

pub(super) fn string(node: &Node) -> Option<String> {
    match &node.node {
        Some(NodeEnum::String(it)) => Some(it.sval.clone()),
        _ => None,
    }
}

/// Whether a name is the wanted one; a schema tells two apart only where both say one.
fn is(found: Option<&Relation>, wanted: &Relation) -> bool {
    let Some(found) = found else { return false };
    let differs = found.schema.is_some() && wanted.schema.is_some() && found.schema != wanted.schema;
    found.name == wanted.name && !differs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str, words: &str) -> Vec<(String, String)> {
        let found = listed(text, &lister(words).expect("it can be wanted")).expect("it can be read");
        found.into_iter().map(|it| (it.text, text[it.span].to_owned())).collect()
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(one, two)| ((*one).to_owned(), (*two).to_owned())).collect()
    }

    #[test]
    fn labels_are_those_that_all_statements_together_make() {
        let text = "create type s.other as enum ('x');\n-- ø 'no'\ncreate type public.kind as enum ('a', E'b\\'');\n\
                    alter type kind add value 'c' before 'a'; alter type kind rename value 'a' to 'd';\n\
                    alter type kind add value if not exists 'c';";
        let expected = pairs(&[("c", "'c'"), ("d", "'d'"), ("b'", "E'b\\''")]);
        assert_eq!(values(text, "create type kind"), expected);
        assert_eq!(values(text, "create type public.kind;"), expected);
        assert_eq!(values(text, "create type app.other"), []);
    }

    #[test]
    fn what_is_inserted_is_found_by_its_column() {
        let text = "insert into t (n, code) values (1, 'a'), (2, 'b'::text) on conflict do nothing;\ninsert into u values ('x');\ninsert into s.t (code, n) values ('c', -3)";
        assert_eq!(values(text, "insert into t (code)"), pairs(&[("a", "'a'"), ("b", "'b'"), ("c", "'c'")]));
        assert_eq!(values(text, "insert into t (n)")[..2], pairs(&[("1", "1"), ("2", "2")]));
    }

    #[test]
    fn what_is_not_written_down_is_told_with_its_place() {
        for (text, words, message, culprit) in [
            ("insert into t values ('a')", "insert into t (code)", "this does not say by name", "t"),
            ("insert into t (code) select 'a'", "insert into t (code)", "this does not list its rows", "t"),
            ("insert into t (code) values (f())", "insert into t (code)", "not every value of the column", "t"),
            ("alter type k add value 'a' after 'b'", "create type k", "there is no label `b` before this", "'b'"),
            ("create tpye k", "create type k", "syntax error", "tpye"),
        ] {
            let error = listed(text, &lister(words).expect("it can be wanted")).expect_err("it cannot be read");
            assert!(error.message.starts_with(message), "{error:?}");
            assert_eq!(&text[error.span], culprit, "{text}");
        }
    }

    #[test]
    fn only_two_things_can_be_wanted() {
        for words in
            ["", "select 1", "create type t as enum ('a')", "insert into t", "insert into t (a, b)", "nonsense (a)"]
        {
            assert_eq!(lister(words), None, "{words}");
        }
    }
}
