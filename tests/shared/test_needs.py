"""What a machine lacks is told once, with how to get it, however many tests it keeps from running."""

from tests.needs import in_lines


def test_a_line_for_each_reason_with_its_count() -> None:
    kafka, browser = "Skipped: Apache Kafka is missing: install it", "Skipped: a browser is missing: install one"
    assert in_lines([kafka, browser, kafka]) == [
        "2 skipped: Apache Kafka is missing: install it",
        "1 skipped: a browser is missing: install one",
    ]
