"""The loop that the command line and the pytest plugin share: load → expand → plan → fire → judge → record.

`settings`: what is asked. `prepare`: everything before the first request. `execute`: fire, judge, record.
`folder`: what is left. Nothing here prints; what a person should see meanwhile goes through a `Watcher`.
The package itself imports nothing, so that `harness validate` loads no HTTP client.
"""
