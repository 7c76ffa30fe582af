//! The parts of a page below the first screen, each laid out for its template.

use std::collections::BTreeMap;
use std::fmt;

use askama::filters::HtmlSafe;

use crate::simulation::{Grade, Grid, Mark, Section, figure, headroom, of_multiple, plan};
use crate::table::{advice, groups, is_judged, moment, next, skips};
use crate::words;
use waaudit_judge::report::{
    BillItem, Blocker, LimitInBrief, NotAssessed, Plan, Report, SinglePointInBrief, State, Step,
};
use waaudit_rules::{FixFlag, Severity};

/// Limits that are shown unfolded.
const MOST_LIMITS: usize = 15;
/// Changed outcomes of a step.
const MOST_CHANGES: usize = 4;

/// The class of a grade in the style.
pub(super) const fn class(grade: &Grade) -> &'static str {
    match grade {
        Grade::Plain => "plain",
        Grade::Good => "good",
        Grade::Doubtful => "doubtful",
        Grade::Bad => "bad",
    }
}

/// A bar of 100 units with a mark, drawn without a style attribute, which the page's policy forbids.
#[derive(Clone, Copy)]
pub(super) struct Bar {
    from: f64,
    until: f64,
    mark: Option<f64>,
}

impl Bar {
    /// From the left to a share of 100.
    pub(super) const fn of(share: f64) -> Self {
        Self::between(0.0, share)
    }

    /// From one share of 100 to another.
    pub(super) const fn between(from: f64, until: f64) -> Self {
        Self { from: share_of_hundred(from), until: share_of_hundred(until), mark: None }
    }

    /// The same, with a mark at a share of 100.
    fn marked(self, at: f64) -> Self {
        Self { mark: Some(share_of_hundred(at)), ..self }
    }
}

impl HtmlSafe for Bar {}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"<svg class="meter" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">"#)?;
        f.write_str(r#"<rect class="track" width="100" height="6"/>"#)?;
        let Self { from, until, .. } = self;
        write!(f, r#"<rect class="fill" x="{from:.1}" width="{:.1}" height="6"/>"#, until - from)?;
        if let Some(mark) = self.mark {
            write!(f, r#"<rect class="mark" x="{:.1}" width="0.6" height="6"/>"#, mark.min(99.4))?;
        }
        f.write_str("</svg>")
    }
}

/// Within a bar.
const fn share_of_hundred(value: f64) -> f64 {
    if value.is_finite() { value.clamp(0.0, 100.0) } else { 0.0 }
}

/// Limits, the one that is reached first first.
pub(super) struct Headroom<'r> {
    pub(super) first: Vec<Limit<'r>>,
    /// Folded.
    pub(super) rest: Vec<Limit<'r>>,
}

pub(super) struct Limit<'r> {
    pub(super) name: &'r str,
    pub(super) region: &'r str,
    pub(super) limited: &'static str,
    pub(super) bar: Bar,
    pub(super) today: String,
    pub(super) multiple: String,
    pub(super) class: &'static str,
    pub(super) then: &'static str,
    pub(super) source: String,
}

impl<'r> Headroom<'r> {
    pub(super) fn new(report: &'r Report) -> Self {
        let mut first: Vec<Limit> = report.headroom.iter().map(limit).collect();
        let rest = first.split_off(first.len().min(MOST_LIMITS));
        Self { first, rest }
    }
}

fn limit(of: &LimitInBrief) -> Limit<'_> {
    let share = of.peak.value / of.limit.value * 100.0;
    let grade = of_multiple(of.multiple);
    Limit {
        name: &of.name,
        region: &of.region,
        limited: of.resource.words(),
        bar: Bar::of(share).marked(share * of.multiple),
        today: format!("{} of {} {}", figure(of.peak.value), figure(of.limit.value), of.peak.unit),
        multiple: format!("{}×", figure(of.multiple)),
        class: class(&grade),
        then: headroom::then(of.then),
        source: headroom::source(&of.limit),
    }
}

/// Single points of failure, and what the loss of a Region does.
pub(super) fn single_points(report: &Report) -> Vec<Section> {
    let points = report.simulation.iter().flat_map(|losses| &losses.single_points);
    let (regions, things): (Vec<&SinglePointInBrief>, Vec<_>) = points.partition(|point| point.kind == "region");
    let section = |title: &str, points: &[&SinglePointInBrief]| {
        let header = ["lost", "kind", "region", "cuts off", "requests/s", "replaced by"];
        Some(Section {
            title: title.to_owned(),
            note: String::new(),
            grid: Some(Grid::new(&header, points.iter().map(|point| single_point(point)).collect())?),
            ..Section::default()
        })
    };
    [section("Single points of failure", &things), section("Losing a Region", &regions)].into_iter().flatten().collect()
}

fn single_point(point: &SinglePointInBrief) -> Vec<Mark> {
    let (grade, sure) = if point.certain { (Grade::Bad, "") } else { (Grade::Doubtful, "may cut off ") };
    vec![
        Mark::of(grade, point.name.clone()),
        Mark::plain(point.kind.clone()),
        Mark::plain(point.region.clone()),
        Mark::plain(format!("{sure}{} in", words::count(point.ways_in, "way"))),
        Mark::plain(point.requests_per_second.map_or("not measured".to_owned(), figure)),
        Mark::plain(point.replaced_by.as_ref().map_or("–".to_owned(), |by| format!("{by}, within minutes"))),
    ]
}

/// The plan: its steps, and the account afterwards.
pub(super) struct Steps<'r> {
    pub(super) stage: String,
    pub(super) prices: String,
    pub(super) monthly: String,
    pub(super) list: Vec<StepOf<'r>>,
    pub(super) afterwards: Vec<Section>,
}

pub(super) struct StepOf<'r> {
    pub(super) step: &'r Step,
    pub(super) flags: Vec<&'static str>,
    pub(super) price: String,
    pub(super) items: Vec<String>,
    pub(super) cures: Option<String>,
    pub(super) left: Option<String>,
    pub(super) changes: Vec<String>,
}

impl<'r> Steps<'r> {
    pub(super) fn new(of: &'r Plan) -> Self {
        let source = &of.prices;
        Self {
            stage: words::stage(of.stage),
            prices: format!(
                "{} list prices of {} as of {}, without data transfer",
                source.currency, source.region, source.as_of
            ),
            monthly: match plan::money(&of.monthly) {
                nothing if nothing.is_empty() => "$ 0".to_owned(),
                sum => sum,
            },
            list: of.steps.iter().map(step).collect(),
            afterwards: [Some(plan::then(of)), plan::open(&of.open)].into_iter().flatten().collect(),
        }
    }
}

fn step(step: &Step) -> StepOf<'_> {
    let item = |item: &BillItem| format!("{}: {} × $ {} a month", item.item, figure(item.count), figure(item.usd));
    let then = step.then.as_ref();
    let changes = then.iter().flat_map(|then| &then.zone_changes);
    StepOf {
        step,
        flags: step.flags.iter().copied().map(FixFlag::words).collect(),
        price: plan::money(&step.monthly),
        items: step.monthly.items.iter().map(item).collect(),
        cures: step.cures.as_ref().map(|cures| words::count(cures.len(), "failure")),
        left: then.map(left),
        changes: changes.take(MOST_CHANGES).map(plan::change).collect(),
    }
}

/// "8 failures block, score 67.3".
fn left(then: &State) -> String {
    let blocking = match then.blocking {
        0 => "nothing blocks".to_owned(),
        1 => "1 failure blocks".to_owned(),
        several => format!("{several} failures block"),
    };
    then.score.map_or_else(|| blocking.clone(), |score| format!("{blocking}, score {}", words::tenths(score)))
}

/// What the report does not cover.
pub(super) struct Coverage {
    pub(super) gaps: Option<Section>,
    /// Resource types in use by service.
    pub(super) in_use: Vec<(String, String)>,
    pub(super) services: Vec<String>,
}

impl Coverage {
    pub(super) fn new(report: &Report) -> Self {
        let mut in_use: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for of in &report.not_assessed {
            if let Some(count) = of.count {
                let what = of.r#type.as_deref().unwrap_or("resource");
                in_use.entry(name(of)).or_default().push(format!("{what} ({count})"));
            }
        }
        let services = report.not_assessed.iter().filter(|of| of.count.is_none());
        Self {
            gaps: gaps(report),
            in_use: in_use.into_iter().map(|(service, types)| (service.to_owned(), types.join(", "))).collect(),
            services: services.map(|of| name(of).to_owned()).collect(),
        }
    }
}

fn name(of: &NotAssessed) -> &str {
    of.product.as_deref().unwrap_or(&of.service)
}

fn gaps(report: &Report) -> Option<Section> {
    let groups = groups(report);
    let rows = groups.iter().map(|((reason, action), group)| {
        let kinds = format!("{}{}", group.kinds(), group.answer(*reason));
        let place = Mark::plain(group.place(report));
        vec![Mark::of(Grade::Doubtful, reason.words().to_owned()), Mark::plain(*action), place, Mark::plain(kinds)]
    });
    Some(Section {
        title: "What could not be read".to_owned(),
        note: words::count(groups.len(), "action"),
        grid: Some(Grid::new(&["reason", "action", "where", "affected kinds"], rows.collect())?),
        lines: advice(groups.keys().map(|(reason, _)| *reason)).into_iter().map(str::to_owned).collect(),
        ..Section::default()
    })
}

/// How the score was made.
pub(super) struct Method<'r> {
    pub(super) areas: Vec<Scored<'r>>,
    pub(super) pillars: Vec<Scored<'r>>,
    /// Severities with their weights.
    pub(super) weights: Vec<(&'static str, u32)>,
    pub(super) skips: Option<String>,
    pub(super) blocked: Option<(String, &'r [Blocker])>,
    pub(super) taken: Vec<(&'static str, String)>,
}

/// A row of scores.
pub(super) struct Scored<'r> {
    pub(super) name: &'r str,
    pub(super) score: String,
    pub(super) bar: Bar,
    pub(super) coverage: String,
    /// Findings that fail, are unknown, and pass.
    pub(super) counts: [usize; 3],
}

impl<'r> Method<'r> {
    pub(super) fn new(report: &'r Report) -> Self {
        let severities = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
        let areas = report.summary.areas.iter();
        let pillars = report.summary.pillars.iter();
        Self {
            areas: areas
                .map(|area| scored(&area.area, area.score, area.coverage, [area.fail, area.unknown, area.pass]))
                .collect(),
            pillars: pillars.map(|of| scored(words::pillar(of.pillar), of.score, of.coverage, [0; 3])).collect(),
            weights: severities.map(|severity| (severity.name(), severity.weight())).to_vec(),
            skips: skips(&report.findings),
            blocked: next(&report.summary)
                .filter(|next| is_judged(&report.summary) && !next.blockers.is_empty())
                .map(|next| (words::stage(next.stage), next.blockers.as_slice())),
            taken: taken(report),
        }
    }
}

fn scored(name: &str, score: Option<f64>, coverage: Option<f64>, counts: [usize; 3]) -> Scored<'_> {
    Scored {
        name,
        score: score.map_or("–".to_owned(), words::tenths),
        bar: Bar::of(score.unwrap_or_default()),
        coverage: coverage.map_or("nothing to judge".to_owned(), |share| words::tenths(share * 100.0) + " %"),
        counts,
    }
}

/// What the report is made of.
fn taken(report: &Report) -> Vec<(&'static str, String)> {
    let effort = report.effort.as_ref().map(|effort| {
        let calls = usize::try_from(effort.calls.values().sum::<u64>()).unwrap_or(usize::MAX);
        format!("{} in {} s", words::count(calls, "request"), effort.milliseconds / 1000)
    });
    let metrics = report
        .metrics
        .as_ref()
        .map(|asked| format!("{}, about $ {:.2}", words::count(asked.requested, "metric"), asked.estimated_usd));
    let told = [
        ("Tool", Some(format!("{} {}", report.tool.name, report.tool.version))),
        ("Account", Some(report.account.id.clone())),
        ("Read by", Some(report.account.arn.clone())),
        ("Read at", Some(moment(&report.taken_at))),
        ("Regions", Some(report.regions.join(", "))),
        ("Rules", Some(words::count(report.rules.len(), "rule"))),
        ("Requests to AWS", effort),
        ("CloudWatch", metrics),
    ];
    told.into_iter().filter_map(|(what, told)| Some((what, told?))).collect()
}
