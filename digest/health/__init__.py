"""Whether the site does its work: heartbeats, troubles, their mails, and figures for a monitor."""
