-- What fails now, worst first.
WITH last AS (
  SELECT account, max(taken_at) AS taken_at
  FROM waaudit.findings
  WHERE "date" >= cast(current_date - interval '7' day AS varchar)
  GROUP BY account
)
SELECT
  findings.severity,
  findings.rule,
  findings.account,
  findings.resource.region AS region,
  findings.resource.id AS resource,
  findings.message,
  findings.fix.cli AS command
FROM waaudit.findings AS findings
JOIN last ON findings.account = last.account AND findings.taken_at = last.taken_at
WHERE findings."date" >= cast(current_date - interval '7' day AS varchar) AND findings.verdict = 'fail'
ORDER BY
  CASE findings.severity WHEN 'critical' THEN 1 WHEN 'high' THEN 2 WHEN 'medium' THEN 3 ELSE 4 END,
  findings.rule, findings.account, findings.resource.region, findings.resource.id
LIMIT 100
