from django.db import DatabaseError, connection, transaction


def is_rejected(statement, *params):
    """Whether the database rejects the statement; it is undone."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, params)
            connection.check_constraints()
            transaction.set_rollback(True)
    except DatabaseError:
        return True
    return False
