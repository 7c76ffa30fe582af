-- Which limits are reached first, and at which multiple of today's peak, in the last report of the past week.
WITH last AS (
  SELECT account, max(taken_at) AS taken_at
  FROM waaudit.reports
  WHERE "date" >= cast(current_date - interval '7' day AS varchar)
  GROUP BY account
)
SELECT
  reports.account,
  element_at(reports.headroom, place.number).name AS name,
  element_at(reports.headroom, place.number).kind AS kind,
  element_at(reports.headroom, place.number).region AS region,
  element_at(reports.headroom, place.number).resource AS limited,
  round(element_at(reports.headroom, place.number).multiple, 2) AS multiple_of_peak
FROM waaudit.reports AS reports
JOIN last ON reports.account = last.account AND reports.taken_at = last.taken_at
CROSS JOIN UNNEST(sequence(1, greatest(1, cardinality(reports.headroom)))) AS place (number)
WHERE
  reports."date" >= cast(current_date - interval '7' day AS varchar)
  AND element_at(reports.headroom, place.number).node IS NOT NULL
ORDER BY multiple_of_peak, reports.account, name
