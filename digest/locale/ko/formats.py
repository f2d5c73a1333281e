"""Korean formats that differ from Django's. It writes "6:30 오후"."""

DATETIME_FORMAT = "Y년 n월 j일 A g:i"
