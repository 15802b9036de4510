from tests.public.conftest import noon

__all__ = ["noon"]
