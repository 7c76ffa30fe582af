-- Verdicts that are unknown for lack of which IAM action, in the last report of the past week. Granting the topmost helps most.
WITH last AS (
  SELECT account, max(taken_at) AS taken_at
  FROM waaudit.findings
  WHERE "date" >= cast(current_date - interval '7' day AS varchar)
  GROUP BY account
)
SELECT
  findings.account,
  missing.action,
  count(*) AS unknown_findings,
  count(DISTINCT findings.rule) AS rules,
  min(findings.reason) AS example
FROM waaudit.findings AS findings
JOIN last ON findings.account = last.account AND findings.taken_at = last.taken_at
CROSS JOIN UNNEST(regexp_extract_all(findings.reason, '[a-z0-9-]+:[A-Z][A-Za-z0-9]+')) AS missing (action)
WHERE findings."date" >= cast(current_date - interval '7' day AS varchar) AND findings.verdict = 'unknown'
GROUP BY findings.account, missing.action
ORDER BY unknown_findings DESC, findings.account, missing.action
