"""``serve --watch``: a project that is being edited, and browsers that are told of it."""
