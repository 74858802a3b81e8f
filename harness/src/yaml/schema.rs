//! The JSON Schema of a form, by which editors complete and check a file.

use serde_json::{Map, Value, json};

use super::form::{Field, Form, Need};

/// Returns the JSON Schema of a form.
pub fn schema(form: &Form) -> Value {
    match form {
        Form::Text => json!({ "type": ["string", "number", "boolean"] }),
        Form::Number => json!({ "type": "integer", "minimum": 0 }),
        Form::Bool => json!({ "type": "boolean" }),
        Form::Any => json!({}),
        Form::Word(words) => json!({ "enum": words }),
        Form::Words(words) => described(words),
        Form::List(form) => json!({ "type": "array", "items": schema(form) }),
        Form::Map(fields) => object(fields, &json!(false)),
        Form::Names(form) => json!({ "type": "object", "additionalProperties": schema(form) }),
        Form::Open(fields, rest) => object(fields, &schema(rest)),
        Form::Either(forms) => json!({ "anyOf": forms.iter().map(schema).collect::<Vec<_>>() }),
    }
}

fn described(words: &[(&str, &str)]) -> Value {
    let (words, says): (Vec<_>, Vec<_>) = words.iter().copied().unzip();
    json!({ "enum": words, "enumDescriptions": says })
}

fn object(fields: &[Field], rest: &Value) -> Value {
    let properties: Map<_, _> = fields.iter().map(|field| (field.key.to_owned(), property(field))).collect();
    let required: Vec<_> = fields.iter().filter(|it| it.need == Need::Required).map(|it| it.key).collect();
    let mut object = json!({ "type": "object", "properties": properties, "additionalProperties": rest });
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    object
}

fn property(field: &Field) -> Value {
    let mut property = schema(&field.form);
    if field.need == Need::Optional {
        or_nothing(&mut property);
    }
    property["description"] = format!("{}\n\n{}", field.says, field.example).into();
    property["markdownDescription"] = format!("{}\n\n```yaml\n{}\n```", field.says, field.example).into();
    property
}

/// A key that may be there may also be there without a value.
///
/// The null is put among the types or words that are there: of two forms beside each other an editor completes neither well.
fn or_nothing(schema: &mut Value) {
    let (key, nothing) = match ["anyOf", "enum", "type"].into_iter().find(|key| schema.get(key).is_some()) {
        Some("anyOf") => ("anyOf", json!({ "type": "null" })),
        Some("enum") => ("enum", Value::Null),
        Some(_) => ("type", json!("null")),
        // Where anything may stand, nothing may.
        None => return,
    };
    match schema[key].take() {
        Value::Array(mut choices) => {
            choices.push(nothing);
            schema[key] = choices.into();
        }
        one => schema[key] = json!([one, nothing]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_may_be_there_may_have_no_value_and_one_that_must_be_there_has_one() {
        const FORM: Form = Form::Map(&[
            Field::new("name", Form::Text, "What it is called.", "name: kari").required(),
            Field::new("is", Form::Words(&[("hidden", "Nothing is seen.")]), "What happened.", "is: hidden"),
            Field::new("count", Form::Number, "How many.", "count: 1"),
            Field::new("value", Form::Any, "What it is.", "value: 1"),
            Field::new("who", Form::Either(&[Form::List(&Form::Text), Form::Text]), "Who.", "who: kari"),
        ]);
        let mut schema = schema(&FORM);
        assert_eq!(schema["required"], json!(["name"]));
        let mut bare = |key: &str| {
            let mut property = schema["properties"][key].take();
            let words = property.as_object_mut().expect("an object");
            assert!(words.remove("description").is_some() && words.remove("markdownDescription").is_some());
            property
        };
        assert_eq!(bare("name"), json!({ "type": ["string", "number", "boolean"] }));
        assert_eq!(bare("is"), json!({ "enum": ["hidden", null], "enumDescriptions": ["Nothing is seen."] }));
        assert_eq!(bare("count"), json!({ "type": ["integer", "null"], "minimum": 0 }));
        assert_eq!(bare("value"), json!({}));
        assert_eq!(bare("who")["anyOf"][2], json!({ "type": "null" }));
    }
}
