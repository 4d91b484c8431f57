"""Sheets of a report in, one page of HTML for the body of an e-mail out: tables and styles of their own, nothing else.

Nothing on it is fetched, followed or run. It is as wide as an e-mail in Outlook; on a phone what stands side by side
moves under each other.
"""

from riskbook.page.sheets import report

__all__ = ["report"]
