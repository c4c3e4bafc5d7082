"""The dataset → files for others: the bundle of dumps, tables, descriptions; and a folder that changes all at once."""
