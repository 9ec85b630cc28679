"""From the store to files and back: team workbooks, merging, tabulation, the provincial summary.

Nothing in here knows a screen or a command line. openpyxl writes; calamine reads, and only ever
inside a worker process (`reading`), because a hostile file may take its process down.
"""
