"""The release before this one: where its code is, and what its tables were."""

COMMIT = "ba601759e4cf7a8e2c2679e3d6e28aebf3720821"
"""0.1.0. A clone without history has it not; tests that need the code are skipped then, visibly."""
MIGRATIONS = {"papers": "0027_mails_about_reviews", "digest": "0020_suggestions"}
