-- Which ways in do not survive the loss of which zone, and why, in the last report of the past week.
WITH last AS (
  SELECT account, max(taken_at) AS taken_at
  FROM waaudit.reports
  WHERE "date" >= cast(current_date - interval '7' day AS varchar)
  GROUP BY account
)
SELECT
  reports.account,
  element_at(reports.simulation.zones, place.number).zone AS zone,
  element_at(reports.simulation.zones, place.number).way_in.name AS way_in,
  coalesce(element_at(reports.simulation.zones, place.number).outcome, 'unknown') AS outcome,
  coalesce(element_at(reports.simulation.zones, place.number).decided_by.why, element_at(reports.simulation.zones, place.number).unknown) AS why
FROM waaudit.reports AS reports
JOIN last ON reports.account = last.account AND reports.taken_at = last.taken_at
CROSS JOIN UNNEST(sequence(1, greatest(1, cardinality(reports.simulation.zones)))) AS place (number)
WHERE
  reports."date" >= cast(current_date - interval '7' day AS varchar)
  AND element_at(reports.simulation.zones, place.number).zone IS NOT NULL
  AND coalesce(element_at(reports.simulation.zones, place.number).outcome, 'unknown') <> 'survives'
ORDER BY reports.account, zone, outcome, way_in
