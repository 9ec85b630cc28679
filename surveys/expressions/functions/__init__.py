"""The function library (ODK XForms Specification, "XPath Functions", and ours), one file per theme.

Each file declares its functions as data: name, arity, argument and result types, and what runs. A function that must
see its arguments unevaluated, or the context, is a `Special` that builds its own closure.
"""
