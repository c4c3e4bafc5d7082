"""A project → ``public/``, all at once or not at all."""
