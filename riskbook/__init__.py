"""Excel risk returns in, one directorate register and a quarterly workbook for senior leaders out."""

__version__ = "0.1.0"
