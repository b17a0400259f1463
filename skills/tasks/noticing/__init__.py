"""Requests noticed among a channel's messages: whether a message asks that somebody do something."""
