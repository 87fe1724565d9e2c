-- Registries that pods pull from without any pull secret: in how many repositories, and in how many of them imagelint
-- says that the registry requires credentials.
SELECT
  registry,
  count(*) AS uses,
  count(DISTINCT repository) AS repositories,
  count(DISTINCT repository) FILTER (needs_secret) AS requires_credentials
FROM (
  SELECT
    images.*,
    EXISTS (
      FROM findings
      WHERE
        findings.as_of = getvariable('today')::DATE
        AND findings.rule = 'pull-secret-missing'
        AND (findings.repository, findings.path, findings.line, findings.image)
        = (images.repository, images.path, images.line, images.image)
    ) AS needs_secret
  FROM images
)
WHERE registry IS NOT NULL AND pull_secrets = []
GROUP BY registry
ORDER BY requires_credentials DESC, repositories DESC, registry;
