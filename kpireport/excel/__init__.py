"""The outside thing: Excel workbooks."""
