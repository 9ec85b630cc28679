"""Questionnaires and reference lists that come with zoufang: data only, no code."""
