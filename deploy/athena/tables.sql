-- Tables over what scheduled runs leave in the bucket. Athena works the partitions out by itself (partition projection): no
-- crawler, and nothing to repair when a day is added.
--
-- Before running, replace BUCKET by the name of the bucket (with the prefix, if events name one), and ACCOUNTS by the
-- accounts' ids, separated by commas without spaces. Run one statement after the other in the Athena editor.

CREATE DATABASE IF NOT EXISTS waaudit;

-- Both tables read reports of version 1 and 2. Since version 2, a report holds the words of a rule once: `rules` holds
-- documents, which a query reads with json_extract_scalar(rule, '$.why'), where it held ids. In findings, `fix.terraform` and
-- `fix.flags` are null since then, and in gaps `count` was null before. `simulation`, `headroom` and `plan` are null in version
-- 1, and where a scan did not look at the whole account; `score_without_waivers` also where nothing is waived.

-- One row for each rule and resource of each run.
CREATE EXTERNAL TABLE IF NOT EXISTS waaudit.findings (
  taken_at string,
  complete boolean,
  rule string,
  title string,
  area string,
  severity string,
  stage string,
  pillars array<string>,
  verdict string,
  message string,
  reason string,
  severity_reason string,
  fingerprint string,
  because_of array<string>,
  explains array<string>,
  resource struct<kind:string, arn:string, id:string, name:string, region:string, account:string, tags:map<string,string>>,
  fix struct<cli:string, terraform:string, flags:array<string>>
)
PARTITIONED BY (account string, `date` string)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://BUCKET/findings/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.account.type' = 'enum',
  'projection.account.values' = 'ACCOUNTS',
  'projection.date.type' = 'date',
  'projection.date.format' = 'yyyy-MM-dd',
  'projection.date.range' = 'NOW-400DAYS,NOW',
  'storage.location.template' = 's3://BUCKET/findings/account=${account}/date=${date}/'
);

-- One row for each run.
CREATE EXTERNAL TABLE IF NOT EXISTS waaudit.reports (
  taken_at string,
  complete boolean,
  regions array<string>,
  rules array<string>,
  summary struct<
    score:double, score_without_waivers:double, coverage:double, stage:string, next_stage:string,
    verdicts:struct<pass:bigint, fail:bigint, unknown:bigint, skip:bigint, waived:bigint>,
    areas:array<struct<area:string, score:double, coverage:double, pass:bigint, fail:bigint, unknown:bigint>>,
    stages:array<struct<stage:string, status:string,
      blockers:array<struct<rule:string, title:string, severity:string, stage:string, failing:bigint>>>>,
    pillars:array<struct<pillar:string, score:double, coverage:double>>,
    checklist:array<struct<item:string, status:string, because:array<string>>>>,
  simulation struct<
    zones:array<struct<way_in:struct<resource:string, name:string, way_in_type:string, region:string>, region:string, zone:string,
      outcome:string, unknown:string, decided_by:struct<resource:string, kind:string, name:string, why:string>,
      capacity:struct<left_percent:double, peak_percent:double>, basis:string>>,
    single_points:array<struct<resource:string, kind:string, name:string, region:string, certain:boolean, replaced_by:string,
      ways_in:bigint, requests_per_second:double>>>,
  headroom array<struct<node:string, kind:string, name:string, region:string, resource:string,
    peak:struct<value:double, unit:string, statistic:string, window_days:bigint>, multiple:double>>,
  plan struct<
    stage:string,
    steps:array<struct<name:string, kind:string, region:string, resources:array<string>,
      fixes:array<struct<rule:string, title:string, findings:array<string>, cli:string>>, flags:array<string>,
      monthly:struct<usd:double>>>,
    today:struct<readiness:string, blocking:bigint, score:double>,
    open:array<struct<rule:string, title:string, verdict:string, message:string>>,
    monthly:struct<usd:double>>,
  not_assessed array<struct<service:string, product:string, type:string, regions:array<string>>>,
  diagnostics array<struct<code:string, message:string>>,
  gaps array<struct<service:string, operation:string, action:string, region:string, reason:string, message:string,
    request_id:string, kinds:array<string>, resource:string,
    resources:array<string>, count:bigint>>,
  effort struct<calls:map<string,bigint>, milliseconds:bigint>
)
PARTITIONED BY (account string, `date` string)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://BUCKET/reports/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.account.type' = 'enum',
  'projection.account.values' = 'ACCOUNTS',
  'projection.date.type' = 'date',
  'projection.date.format' = 'yyyy-MM-dd',
  'projection.date.range' = 'NOW-400DAYS,NOW',
  'storage.location.template' = 's3://BUCKET/reports/account=${account}/date=${date}/'
);
