"""What people touch: the terminal app and the command line.

Holds no rule of a survey. What is asked next, what is refused and what is still open is asked of
`surveys`; `exports` is imported only at the moment something is exported.
"""
