"""Readers' pages. They show published text only, the same for everybody (`public.public`)."""
