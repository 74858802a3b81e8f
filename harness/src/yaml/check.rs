//! Whether a node has the form that it must have: every mistake at once, each with what to write instead.

use crate::problem::{Problem, nearest};
use crate::span::Source;

use super::form::{Field, Form, Need};
use super::node::{Data, Key, Node};

/// Returns everything in a node that does not have its form.
pub fn check(node: &Node, form: &Form, source: &Source) -> Vec<Problem> {
    let mut checker = Checker { source, problems: Vec::new() };
    checker.node(node, form, "");
    checker.problems
}

struct Checker<'a> {
    source: &'a Source,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn node(&mut self, node: &Node, form: &Form, example: &str) {
        match (form, &node.data) {
            (Form::Either(forms), _) => self.either(node, forms, example),
            (Form::Word(words), Data::Text(text)) => self.word(node, words, text),
            (Form::Words(words), Data::Text(text)) => {
                self.word(node, &words.iter().map(|(word, _)| *word).collect::<Vec<_>>(), text);
            }
            (Form::List(form), Data::List(items)) => items.iter().for_each(|item| self.node(item, form, example)),
            (Form::Map(fields), Data::Map(entries)) => self.map(node, entries, fields, None),
            (Form::Open(fields, rest), Data::Map(entries)) => self.map(node, entries, fields, Some(rest)),
            (Form::Names(form), Data::Map(entries)) => entries.iter().for_each(|(_, it)| self.node(it, form, example)),
            (form, _) if fits(form, node) => {}
            (form, _) => self.misfit(node, &form.called(), example),
        }
    }

    fn either(&mut self, node: &Node, forms: &[Form], example: &str) {
        match forms.iter().find(|form| fits(form, node)) {
            Some(form) => self.node(node, form, example),
            None => self.misfit(node, &called(forms), example),
        }
    }

    fn word(&mut self, node: &Node, words: &[&str], text: &str) {
        if words.contains(&text) {
            return;
        }
        let near = nearest(text, words.iter().copied()).map(|near| format!("did you mean `{near}`?"));
        let known = || format!("the words that are known here are {}", words.join(", "));
        let problem = Problem::new(format!("`{text}` is not known here")).at(node.place(self.source));
        self.problems.push(problem.help(near.unwrap_or_else(known)));
    }

    fn map(&mut self, node: &Node, entries: &[(Key, Node)], fields: &[Field], rest: Option<&Form>) {
        for (key, value) in entries {
            match (fields.iter().find(|field| field.key == key.text), rest) {
                (Some(field), _) => self.field(key, value, field),
                (None, Some(form)) => self.node(value, form, ""),
                (None, None) => self.unknown(key, fields),
            }
        }
        for field in fields.iter().filter(|field| field.need == Need::Required) {
            if !entries.iter().any(|(key, _)| key.text == field.key) {
                let place = self.source.place(self.first_word(node));
                let problem = Problem::new(format!("`{}` is missing", field.key)).at(place);
                self.problems.push(problem.help(format!("for example: {}", field.example)));
            }
        }
    }

    fn field(&mut self, key: &Key, value: &Node, field: &Field) {
        if value.data == Data::Null {
            if field.need == Need::Required {
                let problem = Problem::new(format!("`{}` has no value", key.text)).at(key.place(self.source));
                self.problems.push(problem.help(format!("for example: {}", field.example)));
            }
            return;
        }
        self.node(value, &field.form, field.example);
    }

    fn unknown(&mut self, key: &Key, fields: &[Field]) {
        let names = || fields.iter().map(|field| field.key);
        let near = nearest(&key.text, names()).map(|near| format!("did you mean `{near}`?"));
        let known = || format!("the keys that are known here are {}", names().collect::<Vec<_>>().join(", "));
        let problem = Problem::new(format!("`{}` is not known here", key.text)).at(key.place(self.source));
        self.problems.push(problem.help(near.unwrap_or_else(known)));
    }

    fn misfit(&mut self, node: &Node, called: &str, example: &str) {
        let problem = Problem::new(format!("this must be {called}")).at(self.source.place(self.first_word(node)));
        let help = (!example.is_empty()).then(|| format!("for example: {example}"));
        self.problems.push(Problem { help, ..problem });
    }

    /// Returns the first line of a node, which is enough to find it.
    fn first_word(&self, node: &Node) -> std::ops::Range<usize> {
        let written = &self.source.text[node.span.clone()];
        let line = written.lines().next().unwrap_or_default().trim_end();
        let short = line.char_indices().nth(60).map_or(line.len(), |(at, _)| at);
        node.span.start..node.span.start + short
    }
}

/// Whether a node is of the sort that a form speaks of, whatever is inside it.
fn fits(form: &Form, node: &Node) -> bool {
    match (form, &node.data) {
        (Form::Any, _)
        | (Form::Text, Data::Text(_) | Data::Number(_) | Data::Bool(_))
        | (Form::Word(_) | Form::Words(_), Data::Text(_))
        | (Form::Bool, Data::Bool(_))
        | (Form::List(_), Data::List(_))
        | (Form::Map(_) | Form::Names(_) | Form::Open(..), Data::Map(_)) => true,
        (Form::Number, Data::Number(digits)) => digits.bytes().all(|digit| digit.is_ascii_digit()),
        (Form::Either(forms), _) => forms.iter().any(|form| fits(form, node)),
        _ => false,
    }
}

fn called(forms: &[Form]) -> String {
    let mut called: Vec<_> = forms.iter().map(Form::called).collect();
    called.dedup();
    called.join(", or ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::read;
    use std::path::Path;

    const STEP: Form = Form::Map(&[
        Field::new("as", Form::Text, "Who.", "as: kari").required(),
        Field::new(
            "expect",
            Form::Either(&[Form::Word(&["hidden", "allowed"]), Form::Map(&[])]),
            "What.",
            "expect: hidden",
        ),
        Field::new("count", Form::Number, "How many.", "count: 1"),
    ]);

    fn told(text: &str, form: &Form) -> Vec<(String, Option<String>, String)> {
        let source = Source::new(Path::new("x.yaml"), text);
        let problems = check(&read(&source).expect("the text is YAML"), form, &source);
        let told = problems.into_iter().map(|it| {
            let words = it.place.map(|place| place.words().to_owned()).unwrap_or_default();
            (it.title, it.help, words)
        });
        told.collect()
    }

    #[test]
    fn every_mistake_is_told_at_once_with_the_way_out() {
        let said = told("expect: hiden\ncuont: 1\ncount: many\n", &STEP);
        let said: Vec<_> =
            said.iter().map(|(a, b, c)| (a.as_str(), b.as_deref().unwrap_or_default(), c.as_str())).collect();
        assert_eq!(
            said,
            [
                ("`hiden` is not known here", "did you mean `hidden`?", "hiden"),
                ("`cuont` is not known here", "did you mean `count`?", "cuont"),
                ("this must be a whole number", "for example: count: 1", "many"),
                ("`as` is missing", "for example: as: kari", "expect: hiden"),
            ]
        );
    }

    #[test]
    fn what_could_be_several_things_is_told_by_all_their_names() {
        let said = told("as: a\nexpect: [1]\n", &STEP);
        assert_eq!(said[0].0, "this must be `hidden` or `allowed`, or keys with values, like `key: value`");
    }
}
