"""The release before this one: where its code is, and what its tables were."""

COMMIT = "57d23a0e5722f87a69d6b843e234b91a6640b415"
"""0.1.0. A clone without history has it not; tests that need the code are skipped then, visibly."""
MIGRATIONS = {"papers": "0029_sources_hold_on", "digest": "0022_editors_switch_categories"}
