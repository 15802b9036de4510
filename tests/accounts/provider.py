"""A little OpenID Connect provider on loopback: discovery, authorization, PKCE, a signed ID token, userinfo."""

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
    """`claims` is who signs in; `refuses` an error to answer with instead. What a method answers with None is away."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.algorithm = "RS256"
        self.claims, self.refuses, self.codes, self.tokens, self.failed = {}, None, {}, {}, []

    def handle_error(self, request, client_address):
        """A provider that breaks down opens nothing either: no test may take that for a refusal."""
        self.failed.append(sys.exception())

    def discovery(self, query):
        ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
        return {
            "issuer": self.url,
            **{name: f"{self.url}/{path}" for name, path in (ends | {"jwks_uri": "keys"}).items()},
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self, query):
        public = jwt.get_algorithm_by_name(self.algorithm).to_jwk(self.key.public_key(), as_dict=True)
        without_a_name = {"kty": "RSA", "n": "AQAB", "e": "AQAB"}
        return {"keys": [without_a_name, {**public, "kid": "one", "use": "sig", "alg": self.algorithm}]}

    def authorize(self, query):
        """The address to send the browser back to."""
        assert query["client_id"] == CLIENT
        assert {"openid", "email"} <= set(query["scope"].split())
        if self.refuses:
            answer = {"error": self.refuses}
        else:
            answer = {"code": secrets.token_urlsafe()}
            self.codes[answer["code"]] = query
        return f"{query['redirect_uri']}?{urlencode({**answer, 'state': query['state']})}"

    def token(self, query):
        asked = self.codes.pop(query["code"])
        verifier = hashlib.sha256(query["code_verifier"].encode()).digest()
        assert asked["code_challenge"] == base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        assert (query["client_id"], query["client_secret"]) == (CLIENT, SECRET)
        access = secrets.token_urlsafe()
        self.tokens[access] = self.claims
        now = int(time.time())
        said = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, **self.claims}
        signed = self.signed(said)
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": 300}
        return {**answer, "id_token": signed} if signed else answer

    def signed(self, said):
        """The ID token."""
        return jwt.encode(said, self.key, self.algorithm, {"kid": "one"})

    def userinfo(self, bearer):
        return self.tokens[bearer.removeprefix("Bearer ")]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query))
        if url.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", self.server.authorize(query))
            self.end_headers()
        elif url.path == "/userinfo":
            self.answer(self.server.userinfo(self.headers["Authorization"]))
        else:
            self.answer(self.server.keys(query) if url.path == "/keys" else self.server.discovery(query))

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.answer(self.server.token(dict(parse_qsl(body))))

    def answer(self, said):
        body = json.dumps(said).encode()
        self.send_response(200 if said else 503)
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
        assert server.failed == []
