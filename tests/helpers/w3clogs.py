"""The fields that servers log in W3C's format."""

IIS = (
    b"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip"
    b" cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status sc-bytes cs-bytes"
    b" time-taken"
)
CLOUDFRONT = (
    b"#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status"
    b" cs(Referer) cs(User-Agent) cs-uri-query x-host-header cs-protocol cs-bytes time-taken"
    b" cs-protocol-version"
)
