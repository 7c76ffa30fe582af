-- Tables over what scheduled runs leave in the bucket. Athena works the partitions out by itself (partition projection): no
-- crawler, and nothing to repair when a day is added.
--
-- Before running, replace BUCKET by the name of the bucket (with the prefix, if events name one), and ACCOUNTS by the
-- accounts' ids, separated by commas without spaces. Run one statement after the other in the Athena editor.

CREATE DATABASE IF NOT EXISTS waaudit;

-- Both tables read reports of version 1 and 2. Since version 2, a report holds the words of a rule once: `rules` holds
-- documents, which a query reads with json_extract_scalar(rule, '$.why'), where it held ids. In findings, `fix.terraform` and
-- `fix.flags` are null since then, and in gaps `count` was null before.

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
  fingerprint string,
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
    score:double, coverage:double, stage:string, next_stage:string,
    verdicts:struct<pass:bigint, fail:bigint, unknown:bigint, skip:bigint, waived:bigint>,
    areas:array<struct<area:string, score:double, coverage:double, pass:bigint, fail:bigint, unknown:bigint>>,
    stages:array<struct<stage:string, status:string,
      blockers:array<struct<rule:string, title:string, severity:string, stage:string, failing:bigint>>>>>,
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
