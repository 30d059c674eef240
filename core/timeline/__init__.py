"""The film as immutable values: model, edits, what changed, interchange. Plain Python."""
