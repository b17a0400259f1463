"""The backlog planned: who does what when, shown as a chart and a list, and applied."""
