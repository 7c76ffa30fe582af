-- The score of each area over the past quarter, from complete reports.
SELECT
  reports.account,
  reports."date" AS day,
  element_at(reports.summary.areas, place.number).area AS area,
  element_at(reports.summary.areas, place.number).score AS score,
  round(100 * element_at(reports.summary.areas, place.number).coverage, 1) AS judged_percent
FROM waaudit.reports AS reports
CROSS JOIN UNNEST(sequence(1, greatest(1, cardinality(reports.summary.areas)))) AS place (number)
WHERE reports."date" >= cast(current_date - interval '90' day AS varchar) AND reports.complete
ORDER BY reports.account, area, day
