"""What was talked about over weeks: topics, papers a day, and votes."""
