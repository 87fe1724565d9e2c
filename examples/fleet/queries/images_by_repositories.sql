-- Images, by how many repositories use them: what many have to change when it goes away.
SELECT
  normalized || coalesce(':' || tag, '') || coalesce('@' || digest, '') AS image,
  count(DISTINCT repository) AS repositories,
  count(*) AS uses
FROM images
WHERE normalized IS NOT NULL
GROUP BY ALL
ORDER BY repositories DESC, uses DESC, image;
