"""The weekly report: how people were served, what changed in what they write, new topics, what was learned."""
