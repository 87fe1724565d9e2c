-- Repositories that could not be linted, and why.
SELECT repository, status, reason, seconds
FROM repositories
WHERE status <> 'done'
ORDER BY repository;
