"""Registers: what is raised in a survey, and its way until it is done.

A register (问题清单, 微心愿) is data: types of case, each with fields and a flow of statuses. A case is a set of events
that adds up by the law of `surveys.history`, so registers merge as interviews do. `definition`, `faults`, `flow`,
`case`, `candidates`, `calendar` and `similar` are pure; `keeping`, `registrar`, `collecting`, `worklists` and
`figures` know the store. No screen, no workbook.
"""
