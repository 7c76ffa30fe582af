-- The stage of each account: its last report of the past week.
WITH last AS (
  SELECT account, max(taken_at) AS taken_at
  FROM waaudit.reports
  WHERE "date" >= cast(current_date - interval '7' day AS varchar)
  GROUP BY account
)
SELECT
  reports.account,
  coalesce(reports.summary.stage, 'below launch') AS stage,
  reports.summary.next_stage AS next_stage,
  reports.summary.score AS score,
  round(100 * reports.summary.coverage, 1) AS judged_percent,
  reports.complete,
  reports.taken_at
FROM waaudit.reports AS reports
JOIN last ON reports.account = last.account AND reports.taken_at = last.taken_at
WHERE reports."date" >= cast(current_date - interval '7' day AS varchar)
ORDER BY reports.summary.score, reports.account
