"""Documents and forms in, bytes of workbooks out."""

from riskbook.excel.form import form
from riskbook.excel.sheets import report

__all__ = ["form", "report"]
