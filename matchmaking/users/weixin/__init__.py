"""WeChat log-in, keyed on the person instead of the app."""
