-- How much could be judged, by account and area, in the last report of the past week.
WITH last AS (
  SELECT account, max(taken_at) AS taken_at
  FROM waaudit.findings
  WHERE "date" >= cast(current_date - interval '7' day AS varchar)
  GROUP BY account
)
SELECT
  findings.account,
  findings.area,
  count_if(findings.verdict IN ('pass', 'fail')) AS judged,
  count_if(findings.verdict = 'unknown') AS unknown,
  round(
    100.0 * count_if(findings.verdict IN ('pass', 'fail'))
    / nullif(count_if(findings.verdict IN ('pass', 'fail', 'unknown')), 0),
    1
  ) AS judged_percent
FROM waaudit.findings AS findings
JOIN last ON findings.account = last.account AND findings.taken_at = last.taken_at
WHERE findings."date" >= cast(current_date - interval '7' day AS varchar)
GROUP BY findings.account, findings.area
ORDER BY judged_percent, findings.account, findings.area
