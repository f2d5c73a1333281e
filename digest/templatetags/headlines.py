"""What a digest is called on a page."""

from django import template

from digest.readers import headlines

register = template.Library()

register.filter(headlines.headline)
register.filter(headlines.title_or_date)
register.filter(headlines.language_of_title)
