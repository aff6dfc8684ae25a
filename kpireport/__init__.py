"""Turn the Excel workbooks that finance staff keep into a monthly KPI report."""

__version__ = "0.1.0"
