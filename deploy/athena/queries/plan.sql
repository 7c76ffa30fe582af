-- Which changes lead to the next stage, in their order, in the last report of the past week.
WITH last AS (
  SELECT account, max(taken_at) AS taken_at
  FROM waaudit.reports
  WHERE "date" >= cast(current_date - interval '7' day AS varchar)
  GROUP BY account
)
SELECT
  reports.account,
  reports.plan.stage AS stage,
  place.number AS step,
  element_at(reports.plan.steps, place.number).name AS name,
  element_at(reports.plan.steps, place.number).region AS region,
  element_at(element_at(reports.plan.steps, place.number).fixes, 1).title AS first_fix,
  cardinality(element_at(reports.plan.steps, place.number).fixes) AS fixes,
  element_at(reports.plan.steps, place.number).monthly.usd AS usd_a_month
FROM waaudit.reports AS reports
JOIN last ON reports.account = last.account AND reports.taken_at = last.taken_at
CROSS JOIN UNNEST(sequence(1, greatest(1, cardinality(reports.plan.steps)))) AS place (number)
WHERE
  reports."date" >= cast(current_date - interval '7' day AS varchar)
  AND element_at(reports.plan.steps, place.number).name IS NOT NULL
ORDER BY reports.account, step
