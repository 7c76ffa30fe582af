//! Which requests a statement matches, as alternatives of tests: nested statements are written out.
//!
//! What headers, cookies, queries and bodies are compared with stays behind, since it can be a secret.

use aws_sdk_wafv2::types::{ByteMatchStatement, FieldToMatch, Statement};

use super::sets::Sets;
use waaudit_model::facts::wafv2::{Alternative, Test};

/// More alternatives than that are not written out: nested statements multiply.
const MOST_ALTERNATIVES: usize = 64;

/// The requests that a statement matches.
pub(super) fn alternatives(statement: &Statement, sets: &Sets) -> Vec<Alternative> {
    expand(statement, false, sets).unwrap_or_else(unknown).into_iter().map(|tests| Alternative { tests }).collect()
}

/// The placeholder for a statement that is too large or not known.
fn unknown() -> Vec<Vec<Test>> {
    vec![vec![Test { test: "other".to_owned(), ..Test::default() }]]
}

/// Nothing where it would be too large. A negated AND is an OR of what is negated, and the other way round.
fn expand(statement: &Statement, negated: bool, sets: &Sets) -> Option<Vec<Vec<Test>>> {
    if let Some(not) = statement.not_statement() {
        return expand(not.statement()?, !negated, sets);
    }
    let (parts, together) = if let Some(and) = statement.and_statement() {
        (and.statements(), !negated)
    } else if let Some(or) = statement.or_statement() {
        (or.statements(), negated)
    } else {
        return Some(vec![vec![leaf(statement, negated, sets)]]);
    };
    let parts = parts.iter().map(|part| expand(part, negated, sets)).collect::<Option<Vec<_>>>()?;
    if together { product(&parts) } else { bounded(parts.concat()) }
}

fn product(parts: &[Vec<Vec<Test>>]) -> Option<Vec<Vec<Test>>> {
    let mut all = vec![Vec::new()];
    for part in parts {
        let joined = |tests: &Vec<Test>| part.iter().map(move |more| [tests.clone(), more.clone()].concat()).collect();
        all = bounded(all.iter().map(joined).collect::<Vec<Vec<_>>>().concat())?;
    }
    Some(all)
}

fn bounded(alternatives: Vec<Vec<Test>>) -> Option<Vec<Vec<Test>>> {
    (alternatives.len() <= MOST_ALTERNATIVES).then_some(alternatives)
}

fn leaf(s: &Statement, negated: bool, sets: &Sets) -> Test {
    let test = named(s, sets).unwrap_or_default();
    let test = if test.test.is_empty() { Test { test: "other".to_owned(), ..test } } else { test };
    Test { negated, ..test }
}

fn named(s: &Statement, sets: &Sets) -> Option<Test> {
    if let Some(geo) = s.geo_match_statement() {
        let countries = geo.country_codes().iter().map(|code| code.as_str().to_owned()).collect();
        return Some(Test { test: "geo".to_owned(), values: countries, ..Test::default() });
    }
    if let Some(set) = s.ip_set_reference_statement() {
        return Some(Test { test: "ip_set".to_owned(), share: sets.share(set.arn()), ..Test::default() });
    }
    if let Some(asn) = s.asn_match_statement() {
        let numbers = asn.asn_list().iter().map(i64::to_string).collect();
        return Some(Test { test: "asn".to_owned(), values: numbers, ..Test::default() });
    }
    if let Some(label) = s.label_match_statement() {
        return Some(Test { test: "label".to_owned(), values: vec![label.key().to_owned()], ..Test::default() });
    }
    of_content(s)
}

fn of_content(s: &Statement) -> Option<Test> {
    let test = |test: &str, field: Option<&FieldToMatch>| Test {
        test: test.to_owned(),
        field: field.map(part),
        ..Test::default()
    };
    if let Some(bytes) = s.byte_match_statement() {
        let operator = bytes.positional_constraint().as_str().to_lowercase();
        let test = test("byte_match", bytes.field_to_match());
        return Some(Test { values: compared(bytes), operator: Some(operator), ..test });
    }
    if let Some(regex) = s.regex_match_statement() {
        let shown = regex.field_to_match().is_some_and(may_be_shown);
        let values = shown.then(|| regex.regex_string().to_owned()).into_iter().collect();
        return Some(Test { values, ..test("regex", regex.field_to_match()) });
    }
    if let Some(size) = s.size_constraint_statement() {
        let operator = Some(size.comparison_operator().as_str().to_lowercase());
        return Some(Test { operator, values: vec![size.size().to_string()], ..test("size", size.field_to_match()) });
    }
    if let Some(set) = s.regex_pattern_set_reference_statement() {
        return Some(test("regex_set", set.field_to_match()));
    }
    if let Some(sqli) = s.sqli_match_statement() {
        return Some(test("sqli", sqli.field_to_match()));
    }
    s.xss_match_statement().map(|xss| test("xss", xss.field_to_match()))
}

fn compared(bytes: &ByteMatchStatement) -> Vec<String> {
    let shown = bytes.field_to_match().is_some_and(may_be_shown);
    let text = || String::from_utf8_lossy(bytes.search_string().as_ref()).into_owned();
    shown.then(text).into_iter().collect()
}

/// Paths and methods are no secrets.
const fn may_be_shown(field: &FieldToMatch) -> bool {
    field.uri_path.is_some() || field.method.is_some()
}

fn part(field: &FieldToMatch) -> String {
    if let Some(header) = field.single_header() {
        return format!("header:{}", header.name().to_lowercase());
    }
    let parts = [
        (field.uri_path.is_some(), "uri_path"),
        (field.query_string.is_some(), "query_string"),
        (field.all_query_arguments.is_some(), "all_query_arguments"),
        (field.single_query_argument.is_some(), "single_query_argument"),
        (field.body.is_some(), "body"),
        (field.json_body.is_some(), "json_body"),
        (field.method.is_some(), "method"),
        (field.cookies.is_some(), "cookies"),
        (field.headers.is_some(), "headers"),
    ];
    first(&parts).unwrap_or_else(|| "other".to_owned())
}

/// The name of the member that is there: AWS fills in exactly one.
pub(super) fn first(members: &[(bool, &str)]) -> Option<String> {
    members.iter().find(|(there, _)| *there).map(|(_, name)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use aws_sdk_wafv2::primitives::Blob;
    use aws_sdk_wafv2::types::{
        AndStatement, GeoMatchStatement, NotStatement, OrStatement, PositionalConstraint, SingleHeader,
        TextTransformation, TextTransformationType, UriPath,
    };

    use super::*;

    fn geo(code: &str) -> Statement {
        let geo = GeoMatchStatement::builder().country_codes(code.into()).build();
        Statement::builder().geo_match_statement(geo).build()
    }

    fn not(statement: Statement) -> Statement {
        Statement::builder().not_statement(NotStatement::builder().statement(statement).build()).build()
    }

    fn or(parts: Vec<Statement>) -> Statement {
        let or = OrStatement::builder().set_statements(Some(parts)).build().unwrap();
        Statement::builder().or_statement(or).build()
    }

    fn and(parts: Vec<Statement>) -> Statement {
        let and = AndStatement::builder().set_statements(Some(parts)).build().unwrap();
        Statement::builder().and_statement(and).build()
    }

    fn bytes(field: FieldToMatch) -> Statement {
        let plain = TextTransformation::builder().priority(0).r#type(TextTransformationType::None).build().unwrap();
        let bytes = ByteMatchStatement::builder()
            .search_string(Blob::new("/Value"))
            .field_to_match(field)
            .text_transformations(plain)
            .positional_constraint(PositionalConstraint::StartsWith);
        Statement::builder().byte_match_statement(bytes.build().unwrap()).build()
    }

    /// Countries as `DE`, or `!DE` where negated, by alternative.
    fn written(statement: &Statement) -> Vec<Vec<String>> {
        let test = |test: &Test| format!("{}{}", if test.negated { "!" } else { "" }, test.values.concat());
        let alternatives = alternatives(statement, &Sets::default());
        alternatives.iter().map(|each| each.tests.iter().map(test).collect()).collect()
    }

    #[test]
    fn nested_statements_become_alternatives_of_tests() {
        assert_eq!(written(&geo("DE")), [["DE"]]);
        assert_eq!(written(&not(geo("DE"))), [["!DE"]]);
        assert_eq!(written(&and(vec![geo("DE"), not(geo("AT"))])), [["DE", "!AT"]]);
        assert_eq!(written(&or(vec![geo("DE"), geo("AT")])), [["DE"], ["AT"]]);
        assert_eq!(written(&not(or(vec![geo("DE"), geo("AT")]))), [["!DE", "!AT"]]);
        assert_eq!(written(&not(and(vec![geo("DE"), geo("AT")]))), [["!DE"], ["!AT"]]);
        let both = and(vec![or(vec![geo("DE"), geo("AT")]), not(not(geo("CH")))]);
        assert_eq!(written(&both), [["DE", "CH"], ["AT", "CH"]]);
    }

    #[test]
    fn what_grows_too_large_and_what_is_not_known_is_other() {
        let pair = or(vec![geo("DE"), geo("AT")]);
        let large = alternatives(&and(vec![pair; 7]), &Sets::default());
        assert_eq!((large.len(), large[0].tests[0].test.as_str()), (1, "other"));
        assert_eq!(alternatives(&Statement::builder().build(), &Sets::default())[0].tests[0].test, "other");
    }

    #[test]
    fn a_path_is_collected_and_the_value_of_a_header_is_not() {
        let path = FieldToMatch::builder().uri_path(UriPath::builder().build()).build();
        let header = SingleHeader::builder().name("X-Origin-Verify").build().unwrap();
        let header = FieldToMatch::builder().single_header(header).build();
        let test = |field| alternatives(&bytes(field), &Sets::default())[0].tests[0].clone();
        let (path, header) = (test(path), test(header));
        assert_eq!((path.field.as_deref(), path.operator.as_deref()), (Some("uri_path"), Some("starts_with")));
        assert_eq!(path.values, ["/Value"]);
        assert_eq!((header.field.as_deref(), header.values.len()), (Some("header:x-origin-verify"), 0));
    }
}
