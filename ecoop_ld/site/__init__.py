"""(site, path, format, language) → bytes: pages, their templates, and what stands beside them on a host."""
