from tests.public.conftest import noon, programme, world

__all__ = ["noon", "programme", "world"]
