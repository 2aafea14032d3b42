"""The options of curl 8 (https://curl.se/docs/manpage.html): which of them take a value."""

from __future__ import annotations

from typing import Final

SHORT_WITH_VALUE: Final = frozenset("ACDEFHKPQTUXYbcdehmortuwxyz")
SHORT: Final = frozenset("#0123468:BGIJKLMNORSVZafgijklnpqsv")
_WITH_VALUE: Final = """
abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout connect-to
continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii data-binary data-raw
data-urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header ech
egd-file engine etag-compare etag-save expect100-timeout form form-string ftp-account ftp-method ftp-port
happy-eyeballs-timeout-ms haproxy-clientip header hostpubmd5 hostpubsha256 hsts interface ip-tos ipfs-gateway
json keepalive-cnt keepalive-time key key-type krb libcurl limit-rate local-port login-options mail-auth
mail-from mail-rcpt max-filesize max-redirs max-time netrc-file noproxy oauth2-bearer output output-dir
parallel-max pass pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-header proxy-user proxy1.0
pubkey quote random-file range rate referer request request-target resolve retry retry-delay retry-max-time
sasl-authzid service-name socks4 socks4a socks5 socks5-hostname speed-limit speed-time stderr telnet-option
tftp-blksize time-cond tls-max tls13-ciphers tlspassword tlsuser trace trace-ascii trace-config unix-socket
upload-file url url-query user user-agent variable write-out
"""
_WITHOUT: Final = """
anyauth append basic ca-native cert-status compressed compressed-ssh create-dirs crlf digest disable
disable-eprt disable-epsv disallow-username-in-url doh-cert-status doh-insecure fail fail-early fail-with-body
false-start form-escape ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc ftp-ssl-control get
globoff haproxy-protocol head http0.9 http1.0 http1.1 http2 http2-prior-knowledge http3 http3-only
ignore-content-length include insecure ipv4 ipv6 junk-session-cookies keepalive list-only location
location-trusted manual mptcp negotiate netrc netrc-optional next no-alpn no-buffer no-clobber no-keepalive
no-npn no-progress-meter no-sessionid ntlm ntlm-wb parallel parallel-immediate path-as-is post301 post302
post303 progress-bar progress-meter raw remote-header-name remote-name remote-name-all remote-time
remove-on-error retry-all-errors retry-connrefused sessionid show-error show-headers silent skip-existing ssl
ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd ssl-revoke-best-effort sslv2 sslv3 styled-output
suppress-connect-headers tcp-fastopen tcp-nodelay tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 tr-encoding trace-ids
trace-time use-ascii verbose xattr
"""
LONG_WITH_VALUE: Final = frozenset(_WITH_VALUE.split())
LONG: Final = frozenset(_WITHOUT.split())
