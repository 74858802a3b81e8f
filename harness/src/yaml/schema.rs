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
        Form::List(form) => json!({ "type": "array", "items": schema(form) }),
        Form::Map(fields) => object(fields, &json!(false)),
        Form::Names(form) => json!({ "type": "object", "additionalProperties": schema(form) }),
        Form::Open(fields, rest) => object(fields, &schema(rest)),
        Form::Either(forms) => json!({ "anyOf": forms.iter().map(schema).collect::<Vec<_>>() }),
    }
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

/// A key that may be there may also be there without a value.
fn property(field: &Field) -> Value {
    let described = json!({ "description": format!("{}\n\n{}", field.says, field.example) });
    let form = schema(&field.form);
    let mut property = match field.need {
        Need::Required => form,
        Need::Optional => json!({ "anyOf": [form, { "type": "null" }] }),
    };
    property["description"] = described["description"].clone();
    property
}
