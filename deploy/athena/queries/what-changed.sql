-- What changed this week: the failures of the last complete report against those of the last one that is a week old.
WITH runs AS (
  SELECT account, taken_at, "date"
  FROM waaudit.reports
  WHERE "date" >= cast(current_date - interval '21' day AS varchar) AND complete
),
newer AS (
  SELECT account, max(taken_at) AS taken_at FROM runs GROUP BY account
),
older AS (
  SELECT account, max(taken_at) AS taken_at
  FROM runs
  WHERE "date" <= cast(current_date - interval '7' day AS varchar)
  GROUP BY account
),
found AS (
  SELECT account, taken_at, fingerprint, rule, severity, verdict, message
  FROM waaudit.findings
  WHERE "date" >= cast(current_date - interval '21' day AS varchar)
),
this_run AS (
  SELECT found.* FROM found JOIN newer ON found.account = newer.account AND found.taken_at = newer.taken_at
),
last_run AS (
  SELECT found.* FROM found JOIN older ON found.account = older.account AND found.taken_at = older.taken_at
)
SELECT
  CASE
    WHEN this_run.verdict = 'fail' THEN 'new'
    WHEN this_run.verdict = 'pass' THEN 'fixed'
    WHEN this_run.verdict IS NULL THEN 'not found any more'
    ELSE this_run.verdict
  END AS change,
  coalesce(this_run.severity, last_run.severity) AS severity,
  coalesce(this_run.rule, last_run.rule) AS rule,
  coalesce(this_run.account, last_run.account) AS account,
  coalesce(this_run.message, last_run.message) AS message
FROM this_run
FULL OUTER JOIN last_run ON this_run.account = last_run.account AND this_run.fingerprint = last_run.fingerprint
WHERE
  coalesce(this_run.account, last_run.account) IN (SELECT account FROM older)
  AND (
    (this_run.verdict = 'fail' AND coalesce(last_run.verdict, '') <> 'fail')
    OR (last_run.verdict = 'fail' AND coalesce(this_run.verdict, '') <> 'fail')
  )
ORDER BY change, severity, rule, account
