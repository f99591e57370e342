"""A browser that signs in at the provider and comes back: follows redirects, keeps cookies, sends the provider's forms.

    python3 oidc_check.py URL NAME STATUS
"""
import http.cookiejar
import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

url, name, expected = sys.argv[1], sys.argv[2], int(sys.argv[3])
browser = urllib.request.build_opener(
    urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))


def ask(address, form=None, headers=None, method=None):
    data = None if form is None else urllib.parse.urlencode(form).encode()
    request = urllib.request.Request(address, data, headers or {}, method=method)
    try:
        with browser.open(request, timeout=20) as answer:
            return answer.status, answer.geturl(), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.geturl(), error.read().decode()


status, address, page = ask(f"{url}/auth/login?back=/catalog")
# The provider asks who it is, and whether they agree.
for _ in range(5):
    action = re.search(r'<form[^>]*action="([^"]+)"', page)
    if not action or address.startswith(url):
        break
    form = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    if form.get("prompt") == "login":
        form |= {"login": name, "password": "any"}
    status, address, page = ask(urllib.parse.urljoin(address, action.group(1)), form)
assert status == expected, (status, address, page[:500])
if expected == 200:
    assert address == f"{url}/catalog", address
    status, _, body = ask(f"{url}/api/v1/session")
    who = json.loads(body)
    assert (status, who["actor"], who["roles"]) == (200, f"user:oidc/{name}", ["analyst"]), body
    status, address, page = ask(f"{url}/auth/logout", {}, {"Origin": url})
    assert status == 200 and not address.startswith(url) and "logout" in page.lower(), (status, address)
    assert ask(f"{url}/api/v1/session")[0] == 401
print(f"{name}: {expected} as expected")
