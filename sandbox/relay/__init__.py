"""One session's messages, both ways: from its inbox in Redis to its agent, and back."""
