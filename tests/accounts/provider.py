"""An OpenID Connect provider on loopback: discovery, authorization with PKCE, a signed ID token, userinfo."""

import base64
import contextlib
import hashlib
import json
import secrets
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "hub", "the client's secret, long enough to sign with"


class Provider(ThreadingHTTPServer):
    """`claims` is who signs in, `error` what authorization answers instead. `silent` paths answer 503."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims, self.userinfo_claims, self.error, self.silent = {}, None, None, set()
        self.codes, self.failures = {}, []

    def handle_error(self, request, client_address):
        """A failure of this provider must not pass for a refusal by the site."""
        self.failures.append(sys.exception())

    def discovery(self):
        names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        endpoints = {f"{name}_endpoint": f"{self.url}/{path}" for name, path in names.items()}
        methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
        return {"issuer": self.url, "jwks_uri": f"{self.url}/keys", **endpoints, **methods}

    def keys(self):
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]}

    def authorize(self, query):
        """Returns the address to which the browser is sent back."""
        assert (query["client_id"], {"openid", "email"} <= set(query["scope"].split())) == (CLIENT, True)
        answer = {"error": self.error} if self.error else {"code": secrets.token_urlsafe()}
        self.codes[answer.get("code")] = query
        return f"{query['redirect_uri']}?{urlencode({**answer, 'state': query['state']})}"

    def token(self, query):
        verifier = hashlib.sha256(query["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        assert self.codes.pop(query["code"])["code_challenge"] == challenge
        assert (query["client_id"], query["client_secret"]) == (CLIENT, SECRET)
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, **self.claims}
        id_token = jwt.encode(claims, self.key, "RS256", {"kid": "one"})
        return {"access_token": "access", "token_type": "Bearer", "expires_in": 300, "id_token": id_token}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        url, provider = urlsplit(self.path), self.server
        if url.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", provider.authorize(dict(parse_qsl(url.query))))
            self.end_headers()
            return
        documents = {"/userinfo": lambda: provider.userinfo_claims or provider.claims, "/keys": provider.keys}
        self.answer(documents.get(url.path, provider.discovery)())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.answer(self.server.token(dict(parse_qsl(body))))

    def answer(self, document):
        body = json.dumps(document).encode()
        self.send_response(503 if self.path in self.server.silent else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@contextlib.contextmanager
def provider():
    with Provider() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
        assert server.failures == []
