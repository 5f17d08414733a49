"""The interface components as one template library: ``{% load yuxin %}``.

``docs/components.md`` lists every parameter. Tags only choose a template and name its variables; markup lives in
``templates/components/``.
"""

from django import template

from matchmaking.core.templatetags import yuxin_blocks, yuxin_forms, yuxin_parts, yuxin_words

register = template.Library()

for _part in (yuxin_words, yuxin_parts, yuxin_blocks, yuxin_forms):
    register.tags.update(_part.register.tags)
    register.filters.update(_part.register.filters)
