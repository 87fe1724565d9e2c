"""From the index to findings: rules, selection, suppressions, fixes."""
