-- Images that were removed, or whose registry was shut down, and who owns the files that name them.
SELECT
  team,
  count(DISTINCT image) AS images,
  count(DISTINCT repository) AS repositories,
  string_agg(DISTINCT image, ', ' ORDER BY image) AS which
FROM findings, unnest(teams) AS owner (team)
WHERE
  as_of = getvariable('today')::DATE
  AND rule IN ('dead-image', 'dead-registry')
GROUP BY team
ORDER BY images DESC, team;
