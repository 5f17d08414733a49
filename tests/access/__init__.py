"""Who reaches what: every route, every role, own and foreign; and what no answer may hold."""
