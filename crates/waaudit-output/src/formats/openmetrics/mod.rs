//! The numbers of a report as OpenMetrics 1.0, for Prometheus and what reads its format:
//! <https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md>.
//!
//! All of them are gauges. The older text format of Prometheus, which file collectors read, knows no type for states, so that
//! a state is a gauge for each value that it can have, one of them 1.

mod families;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::Format;
use crate::text::{clean, cut};
use waaudit_judge::report::Report;

pub(super) const FORMAT: Format = Format {
    name: "openmetrics",
    about: "For Prometheus: the numbers, as OpenMetrics",
    write: |report, _, to| exposition(report, to),
};

/// Characters of a label's value. ARNs are shorter, names may be longer.
const LABEL: usize = 1024;

/// Metrics of one name.
struct Family {
    name: &'static str,
    /// Its base unit, which the name ends with.
    unit: Option<&'static str>,
    help: &'static str,
    samples: Vec<Sample>,
}

/// A number, and what it is of.
struct Sample {
    labels: Vec<(&'static str, String)>,
    value: f64,
}

fn exposition(report: &Report, to: &mut dyn Write) -> io::Result<()> {
    let at = report.taken_at.parse().map_err(io::Error::other)?;
    for family in families::of(report, at) {
        to.write_all(family.text(&report.account.id).as_bytes())?;
    }
    to.write_all(b"# EOF\n")
}

impl Family {
    /// All lines, each sample with its account. Of samples with the same labels, which no reader takes, the first counts.
    fn text(&self, account: &str) -> String {
        let Self { name, unit, help, samples } = self;
        let mut text = format!("# TYPE {name} gauge\n");
        let unit = unit.map(|unit| format!("# UNIT {name} {unit}\n"));
        text.push_str(&unit.unwrap_or_default());
        // Writing to a string can't fail.
        let _ = writeln!(text, "# HELP {name} {}", escaped(help));
        let mut written = BTreeSet::new();
        for Sample { labels, value } in samples {
            let labels =
                [("account", account)].into_iter().chain(labels.iter().map(|(key, value)| (*key, value.as_str())));
            let labels = labels.map(|(key, value)| format!("{key}=\"{}\"", escaped(&cut(&clean(value), LABEL))));
            let labels = labels.collect::<Vec<_>>().join(",");
            if written.insert(labels.clone()) {
                let _ = writeln!(text, "{name}{{{labels}}} {}", number(*value));
            }
        }
        text
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// What Rust calls inf and the format +Inf.
fn number(value: f64) -> String {
    match value {
        _ if value.is_nan() => "NaN".to_owned(),
        f64::INFINITY => "+Inf".to_owned(),
        f64::NEG_INFINITY => "-Inf".to_owned(),
        _ => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Family, Sample, number};

    #[test]
    fn a_name_ends_no_label_and_the_same_labels_are_written_once() {
        let sample = |name: &str, value| Sample { labels: vec![("name", name.to_owned())], value };
        let samples = vec![sample("a\"} 1\n# EOF\n\\", 0.5), sample("b", 2.0), sample("b\u{202e}", 3.0)];
        let family = Family { name: "waaudit_ratio", unit: Some("ratio"), help: "Of \"all\".", samples };
        assert_eq!(
            family.text("1"),
            "# TYPE waaudit_ratio gauge\n# UNIT waaudit_ratio ratio\n# HELP waaudit_ratio Of \\\"all\\\".\n\
             waaudit_ratio{account=\"1\",name=\"a\\\"} 1 # EOF \\\\\"} 0.5\nwaaudit_ratio{account=\"1\",name=\"b\"} 2\n"
        );
    }

    #[test]
    fn every_number_can_be_written() {
        assert_eq!([f64::NAN, f64::INFINITY, -f64::INFINITY, 0.25].map(number), ["NaN", "+Inf", "-Inf", "0.25"]);
    }
}
