"""From a report to pages: HTML, PDF, JSON."""
