"""The batch: drop a workbook, get a report; nobody watches, and everything is right in the morning."""
