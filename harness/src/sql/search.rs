//! A search through a statement's tree, wherever in it a relation or a call may stand.

use pg_query::NodeEnum;
use serde_json::Value;

use super::action::Relation;

/// What a search through a tree has found.
#[derive(Debug, Default)]
pub(super) struct Found {
    relations: Vec<(i64, Relation)>,
    calls: Vec<(i64, String)>,
    /// Whether rows are locked.
    pub(super) locks: bool,
    /// Whether rows are written, or would be.
    pub(super) writes: bool,
}

/// Writes a tree as a document: it has some hundred types, and a document can be searched without knowing them.
pub(super) fn document(node: &NodeEnum) -> Value {
    serde_json::to_value(node).unwrap_or_default()
}

impl Found {
    /// Searches a whole document.
    pub(super) fn of(document: &Value) -> Self {
        let mut found = Self::default();
        found.search(document, &mut Vec::new());
        found.relations.sort_by_key(|(location, _)| *location);
        found.calls.sort_by_key(|(location, _)| *location);
        found
    }

    /// Returns the relations, in the order of the text.
    pub(super) fn relations(&self) -> impl Iterator<Item = Relation> {
        self.relations.iter().map(|(_, relation)| relation.clone())
    }

    /// Returns the functions that are called, in the order of the text.
    pub(super) fn calls(&self) -> impl Iterator<Item = String> {
        self.calls.iter().map(|(_, name)| name.clone())
    }

    /// Searches a tree; `known` holds the names that `with` has given to queries, which are no relations.
    fn search(&mut self, tree: &Value, known: &mut Vec<String>) {
        match tree {
            Value::Array(items) => items.iter().for_each(|item| self.search(item, known)),
            Value::Object(fields) => self.search_fields(fields, tree, known),
            _ => (),
        }
    }

    fn search_fields(&mut self, fields: &serde_json::Map<String, Value>, tree: &Value, known: &mut Vec<String>) {
        let location = tree["location"].as_i64().unwrap_or(0);
        if fields.contains_key("func_variadic") {
            self.calls.push((location, strings(&tree["funcname"]).join(".")));
        }
        let is_known = |it: &Relation| it.schema.is_none() && known.contains(&it.name);
        if let Some(relation) = relation(tree).filter(|it| !is_known(it)) {
            self.relations.push((location, relation));
        }
        let outside = known.len();
        self.search_queries(&tree["with_clause"], known);
        for (key, field) in fields.iter().filter(|(key, _)| *key != "with_clause") {
            match key.as_str() {
                // It repeats names that the query has given, not those of relations.
                "LockingClause" => self.locks = true,
                // What is changed is a table, even where a query has its name.
                "relation" => self.search(field, &mut Vec::new()),
                "InsertStmt" | "UpdateStmt" | "DeleteStmt" | "MergeStmt" | "CreateTableAsStmt"
                | "RefreshMatViewStmt" => self.search_change(field, known),
                "into_clause" | "is_from" => self.search_into(field, known),
                _ => self.search(field, known),
            }
        }
        known.truncate(outside);
    }

    fn search_change(&mut self, field: &Value, known: &mut Vec<String>) {
        self.writes = true;
        self.search(field, known);
    }

    /// Searches what a query makes a table of, and whether a copy goes into a table.
    fn search_into(&mut self, field: &Value, known: &mut Vec<String>) {
        self.writes |= field.is_object() || field.as_bool() == Some(true);
        self.search(field, known);
    }

    /// Searches the queries of a `with`: each knows those before it, and itself and all others if they are recursive.
    fn search_queries(&mut self, with: &Value, known: &mut Vec<String>) {
        let queries = with["ctes"].as_array().map(Vec::as_slice).unwrap_or_default();
        let name = |query: &Value| query["node"]["CommonTableExpr"]["ctename"].as_str().unwrap_or_default().to_owned();
        if with["recursive"].as_bool() == Some(true) {
            known.extend(queries.iter().map(name));
        }
        for query in queries {
            self.search(query, known);
            known.push(name(query));
        }
    }
}

/// Reads a relation where one stands.
pub(super) fn relation(range: &Value) -> Option<Relation> {
    let schema = range["schemaname"].as_str()?;
    let name = range["relname"].as_str()?.to_owned();
    Some(Relation { schema: (!schema.is_empty()).then(|| schema.to_owned()), name })
}

/// Returns the strings of a list.
pub(super) fn strings(nodes: &Value) -> Vec<String> {
    let nodes = nodes.as_array().map(Vec::as_slice).unwrap_or_default();
    nodes.iter().filter_map(|node| Some(node["node"]["String"]["sval"].as_str()?.to_owned())).collect()
}
