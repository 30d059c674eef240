"""Small parts that every panel and dialog is built of."""
