"""Links to choose a password, opened as a browser does."""

import re

NEW = "three arcs over the river"


def link_in(text):
    (address,) = re.findall(r"http://localhost:8000(/accounts/password/reset/key/\S+/)", text)
    return address


def choose(client, link, password=NEW):
    """Opens the link and posts its form; returns the response. 302 means that the password was set."""
    opened = client.get(link, follow=True)
    if not opened.redirect_chain:
        return opened
    return client.post(opened.redirect_chain[-1][0], {"password1": password, "password2": password})
