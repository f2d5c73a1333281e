"""Readers' pages: published text only, the same for everybody (`public.public`)."""
