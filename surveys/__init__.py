"""What a survey is: definitions, expressions, answers, interviews, histories, the store.

Nothing in here knows a screen, a workbook or a command line; `exports` and `tui` build on it.
"""
