"""Addresses for search machines, in both languages."""

from django.urls import URLPattern

sitemap_urls: list[URLPattern] = []
