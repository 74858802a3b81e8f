//! Which columns of a result an expected row speaks of, and whether it can speak of them at all.

use super::shown::{counted, name, names};
use crate::case::expected::{Expected, ExpectedRow, ExpectedRows};
use crate::problem::nearest;
use crate::value::{agrees, flaw};

/// An observed row, as Postgres printed it.
pub(super) type Row = Vec<Option<String>>;

/// What an expected row wants of the columns, by their positions.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Wanted<'a>(pub(super) Vec<(usize, &'a Expected)>);

impl Wanted<'_> {
    /// Returns whether an observed row is the expected one.
    pub(super) fn agrees(&self, row: &Row) -> bool {
        self.0.iter().all(|(column, expected)| agrees(expected, cell(row, *column)))
    }
}

/// Returns the value of a column.
pub(super) fn cell(row: &Row, column: usize) -> Option<&str> {
    row.get(column).and_then(Option::as_deref)
}

/// Finds the columns of every expected row, or says why that cannot be done.
pub(super) fn bind<'a>(expected: &'a ExpectedRows, columns: &[String]) -> Result<Vec<Wanted<'a>>, String> {
    expected.rows.iter().enumerate().map(|(at, row)| bind_row(at + 1, row, columns)).collect()
}

fn bind_row<'a>(number: usize, row: &'a ExpectedRow, columns: &[String]) -> Result<Wanted<'a>, String> {
    let cells = match row {
        ExpectedRow::Named(cells) => by_name(cells, columns)?,
        ExpectedRow::Positional(cells) => by_position(number, cells, columns)?,
    };
    let fault = cells.iter().find_map(|(column, value)| Some((column, flaw(value)?)));
    match fault {
        Some((column, flaw)) => Err(format!("row {number}, column `{}`: {flaw}", name(&columns[*column]))),
        None => Ok(Wanted(cells)),
    }
}

fn by_name<'a>(cells: &'a [(String, Expected)], columns: &[String]) -> Result<Vec<(usize, &'a Expected)>, String> {
    cells.iter().map(|(name, value)| Ok((position(name, columns)?, value))).collect()
}

fn position(wanted: &str, columns: &[String]) -> Result<usize, String> {
    let mut positions = columns.iter().enumerate().filter(|(_, column)| *column == wanted).map(|(at, _)| at);
    match (positions.next(), positions.next()) {
        (Some(position), None) => Ok(position),
        (Some(_), Some(_)) => {
            Err(format!("the result has two columns `{0}`; rename one: `… as other_{0}`", name(wanted)))
        }
        (None, _) => Err(unknown(wanted, columns)),
    }
}

fn unknown(wanted: &str, columns: &[String]) -> String {
    let name = name(wanted);
    if columns.is_empty() {
        return format!("the statement returns no columns, so none is `{name}`; does it lack `returning {name}`?");
    }
    let hint = match nearest(wanted, columns.iter().map(String::as_str)) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => String::new(),
    };
    format!("the result has no column `{name}`; it has {}{hint}", names(columns))
}

fn by_position<'a>(
    number: usize,
    cells: &'a [Expected],
    columns: &[String],
) -> Result<Vec<(usize, &'a Expected)>, String> {
    if cells.len() == columns.len() {
        return Ok(cells.iter().enumerate().collect());
    }
    let values = counted(cells.len()).replace("row", "value");
    let has = match columns.len() {
        0 => "no columns".to_owned(),
        1 => format!("1 column: {}", names(columns)),
        many => format!("{many} columns: {}", names(columns)),
    };
    Err(format!("row {number} lists {values}, and the result has {has}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::expected::{Extent, Matcher, Order};

    fn said(row: ExpectedRow, columns: &[&str]) -> String {
        let columns: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
        let expected = ExpectedRows { rows: vec![row], order: Order::Any, extent: Extent::Exactly };
        bind(&expected, &columns).map_or_else(|reason| reason, |wanted| format!("{wanted:?}"))
    }

    fn named(column: &str) -> ExpectedRow {
        ExpectedRow::Named(vec![(column.to_owned(), Expected::Null)])
    }

    #[test]
    fn a_column_is_found_by_its_name() {
        assert_eq!(said(named("b"), &["a", "b"]), "[Wanted([(1, Null)])]");
    }

    #[test]
    fn what_does_not_fit_the_result_is_said_in_words() {
        let positional = ExpectedRow::Positional(vec![Expected::Null; 3]);
        let bound = Expected::Matcher(Matcher::Above("soon".into()));
        let flawed = ExpectedRow::Named(vec![("at".into(), bound)]);
        let rows = [
            (
                named("statis"),
                vec!["id", "status"],
                "the result has no column `statis`; it has `id`, `status`; did you mean `status`?",
            ),
            (named("colour"), vec!["id"], "the result has no column `colour`; it has `id`"),
            (named("id"), vec![], "the statement returns no columns, so none is `id`; does it lack `returning id`?"),
            (named("id"), vec!["id", "id"], "the result has two columns `id`; rename one: `… as other_id`"),
            (
                positional.clone(),
                vec!["id", "status"],
                "row 1 lists 3 values, and the result has 2 columns: `id`, `status`",
            ),
            (positional, vec![], "row 1 lists 3 values, and the result has no columns"),
            (flawed, vec!["at"], "row 1, column `at`: `$above` wants a number or a time, and `soon` is neither"),
        ];
        for (row, columns, words) in rows {
            assert_eq!(said(row, &columns), words);
        }
    }
}
