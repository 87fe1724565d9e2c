-- What pulls today, and no longer does on a day that fleet.py judged as well: fleet.py --on DAY, ask.py --day DAY.
SELECT
  later.repository,
  later.path,
  later.line,
  later.image,
  later.message
FROM findings AS later
WHERE
  later.as_of = getvariable('day')::DATE
  AND later.when = 'now'
  AND NOT EXISTS (
    FROM findings AS today
    WHERE
      today.as_of = getvariable('today')::DATE
      AND today.when = 'now'
      AND (today.repository, today.fingerprint) = (later.repository, later.fingerprint)
  )
ORDER BY ALL;
