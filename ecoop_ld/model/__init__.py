"""Quads → things: the index of the dataset, entities, the vocabulary, layouts, questions, tombstones."""
