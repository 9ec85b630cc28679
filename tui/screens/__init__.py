"""Whole screens and dialogs. A screen arranges widgets and carries out the commands of `tui.keys`."""
