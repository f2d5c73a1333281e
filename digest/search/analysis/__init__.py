"""What a text is found by: the terms of a text and of what somebody typed. It knows no rows.

PostgreSQL takes a run of Hangul for one word, so it would find 모델 neither in 모델을 nor in
언어모델. Here a run becomes the pairs of its syllables, and the query asks for these.
"""
