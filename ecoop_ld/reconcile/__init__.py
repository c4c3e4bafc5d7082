"""Names and identifiers as others write them → the things of a dataset that they mean."""
