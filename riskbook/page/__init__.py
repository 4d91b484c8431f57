"""Sheets of a report or a letter in, one page of HTML for the body of an e-mail out: tables and their own styles.

Nothing on it is fetched, followed or run. It is as wide as an e-mail in Outlook; on a phone what stands side by side
moves under each other.
"""

from riskbook.page.letters import inside, letter
from riskbook.page.sheets import report

__all__ = ["inside", "letter", "report"]
