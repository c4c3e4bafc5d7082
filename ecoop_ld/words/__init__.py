"""What pages say in each language: their own words, names of well-known terms, dates."""
