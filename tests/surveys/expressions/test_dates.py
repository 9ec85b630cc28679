"""Dates and times (ODK XForms Specification, "Date and Time Functions"); the machine's zone is fixed at +08:00."""

import datetime
import math

import pytest

from surveys.expressions import compile_expression, to_number, to_text

NAN = math.nan
DATE = datetime.date

CASES = [
    ("ODK today", "today()", DATE(2022, 10, 21)),
    ("ODK today is a whole number", "today() + 0", 19286),
    ("ODK today as text", "concat(today(), '')", "2022-10-21"),
    ("ODK now as a number, local", "now() - today() > 0.77", True),
    ("ODK now as text", "concat(now(), '')", "2022-10-21T18:30:15.250+08:00"),
    ("ODK arithmetic", "today() - 1", 19285),
    ("ODK arithmetic", "date(today() - 1)", DATE(2022, 10, 20)),
    ("ODK arithmetic", "date(today() + 365) = '2023-10-21'", True),
    ("ODK arithmetic of answers", "today() - ${born}", 11831),
    ("ODK arithmetic, age", "int((today() - ${born_text}) div 365.25)", 32),
    ("ODK date", "date('2022-02-28')", DATE(2022, 2, 28)),
    ("ODK date of no date", "date('2022-02-29')", ""),
    ("ODK date of no date", "date('abc')", ""),
    ("ODK date of blank", "date('')", ""),
    ("ODK date of days", "date(0)", DATE(1970, 1, 1)),
    ("ODK date of days", "date(-1)", DATE(1969, 12, 31)),
    ("ODK date of days as text", "date('365')", DATE(1971, 1, 1)),
    ("ODK date of days and a fraction", "date(1.9)", DATE(1970, 1, 2)),
    ("ODK date of a dateTime", "date('2022-10-21T23:59:00.000+08:00')", DATE(2022, 10, 21)),
    ("ODK date of a dateTime, other offset", "date('2022-10-21T23:59:00Z')", DATE(2022, 10, 22)),
    ("ODK date of a date", "date(${born})", DATE(1990, 5, 31)),
    ("ODK date, end of the calendar", "date(99999999)", ""),
    ("ODK date, infinity", "date(1 div 0)", ""),
    ("ODK date-time", "string(date-time('2022-10-21T10:00:00.000+08:00'))", "2022-10-21T10:00:00.000+08:00"),
    ("ODK date-time of a date", "string(date-time('2022-10-21'))", "2022-10-21T00:00:00.000+08:00"),
    ("ODK date-time of days", "string(date-time(1.5))", "1970-01-02T12:00:00.000+08:00"),
    ("ODK date-time, other offset", "string(date-time('2022-10-21T02:00:00Z'))", "2022-10-21T10:00:00.000+08:00"),
    ("ODK date-time of blank", "date-time('')", ""),
    ("ODK decimal-date-time", "decimal-date-time('1970-01-02')", 1),
    ("ODK decimal-date-time", "decimal-date-time('1970-01-02T06:00:00.000+08:00')", 1.25),
    ("ODK decimal-date-time, no seconds", "decimal-date-time('1970-01-02T06:00')", 1.25),
    ("ODK decimal-date-time of a space", "decimal-date-time('1970-01-02 06:00:00')", 1.25),
    ("ODK decimal-date-time, short offset", "decimal-date-time('1970-01-02T06:00:00+08')", 1.25),
    ("ODK decimal-date-time, negative offset", "decimal-date-time('1970-01-01T18:00:00-04:00')", 1.25),
    ("ODK decimal-date-time of days", "decimal-date-time(1.25)", 1.25),
    ("ODK decimal-date-time of an answer", "decimal-date-time(${met}) - decimal-date-time('2022-10-01')", 0.5),
    ("ODK decimal-date-time of blank", "decimal-date-time('')", NAN),
    ("ODK decimal-date-time, no such hour", "decimal-date-time('1970-01-02T25:00:00')", NAN),
    ("ODK decimal-time, noon", "decimal-time('12:00:00.000+08:00')", 0.5),
    ("ODK decimal-time, 6pm", "decimal-time('18:00')", 0.75),
    ("ODK decimal-time, other offset", "decimal-time('04:00:00Z')", 0.5),
    ("ODK decimal-time of a dateTime", "decimal-time('2022-10-21T06:00:00.000+08:00')", 0.25),
    ("ODK decimal-time of blank", "decimal-time('')", NAN),
    ("ODK decimal-time, no such time", "decimal-time('25:00')", NAN),
    ("ODK format-date", "format-date('2022-01-05', '%Y-%m-%d')", "2022-01-05"),
    ("ODK format-date", "format-date('2022-01-05', '%y/%n/%e')", "22/1/5"),
    ("ODK format-date", "format-date('2022-01-05', '%a %b')", "Wed Jan"),
    ("ODK format-date", "format-date('2022-12-25', '%a %b')", "Sun Dec"),
    ("ODK format-date, other characters", "format-date(${born}, '%Y年%n月%e日')", "1990年5月31日"),
    ("ODK format-date of days", "format-date(0, '%Y-%m-%d')", "1970-01-01"),
    ("ODK format-date of blank", "format-date('', '%Y')", ""),
    ("ODK format-date of no date", "format-date('x', '%Y')", ""),
    ("ODK format-date has no time", "format-date(now(), '%H:%M')", "00:00"),
    ("JR format-date, percent", "format-date('2022-01-05', '%%%Y')", "%2022"),
    ("JR format-date, pattern from elsewhere", "format-date('2022-01-05', concat('%', 'Q'))", "%Q"),
    ("ODK format-date-time", "format-date-time(now(), '%H:%M:%S.%3')", "18:30:15.250"),
    ("ODK format-date-time", "format-date-time('2022-01-05T08:05:09.000+08:00', '%h %M')", "8 05"),
    ("ODK format-date-time of a date", "format-date-time('2022-01-05', '%Y %H:%M')", "2022 00:00"),
    ("ODK format-date-time of a fraction", "format-date-time(0.5, '%d %H:%M')", "01 12:00"),
    ("ODK format-date-time, other offset", "format-date-time('2022-01-05T00:00:00Z', '%H')", "08"),
    ("ODK format-date-time of blank", "format-date-time('', '%Y')", ""),
    ("ours months-between", "months-between('2022-01-15', '2022-04-15')", 3),
    ("ours months-between, full months", "months-between('2022-01-15', '2022-04-14')", 2),
    ("ours months-between, years", "months-between('2020-01-01', '2022-10-21')", 33),
    ("ours months-between, none", "months-between('2022-01-31', '2022-02-28')", 0),
    ("ours months-between, backwards", "months-between('2022-04-15', '2022-01-15')", -3),
    ("ours months-between, backwards", "months-between('2022-04-14', '2022-01-15')", -2),
    ("ours months-between, month answers", "months-between(${month}, today())", 5),
    ("ours months-between, date answers", "months-between(${born}, '1991-05-31')", 12),
    ("ours months-between, blank", "months-between(${blank}, today())", ""),
    ("ours months-between, blank", "months-between(today(), '2022-13')", ""),
    ("ODK max of dates", "date(max(${born}, today()))", DATE(2022, 10, 21)),
]


@pytest.mark.parametrize(("clause", "source", "expected"), CASES)
def test_date(check, clause, source, expected):
    check(source, expected)


def test_the_clock_is_the_context_s(survey):
    assert compile_expression("now()").evaluate(survey) == survey.now()


def test_the_ends_of_the_calendar_do_not_fail():
    first = datetime.datetime(1, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=14)))
    last = datetime.datetime(9999, 12, 31, 23, 59, tzinfo=datetime.timezone(datetime.timedelta(hours=-12)))
    assert to_number(first) < 0 < to_number(last)
    assert to_text(DATE(1, 1, 1)) == "0001-01-01"
