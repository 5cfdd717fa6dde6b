"""A question that has no answer."""


class Unanswerable(Exception):
    """There is no answer; the argument is a sentence for the user."""
