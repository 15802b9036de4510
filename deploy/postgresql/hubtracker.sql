-- The database and its two roles, on PostgreSQL 15 or newer:
--   runuser -u postgres -- psql -v ON_ERROR_STOP=1 -f hubtracker.sql
-- with the passwords in the environment. The site signs in as one role and may read and write rows; only the owner
-- alters tables. So whoever gets into the site cannot lift the rules that keep the ledger.
\getenv site_password SITE_PASSWORD
\getenv owner_password OWNER_PASSWORD

SET password_encryption = 'scram-sha-256';
CREATE ROLE hubtracker_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE hubtracker LOGIN PASSWORD :'site_password';

CREATE DATABASE hubtracker OWNER hubtracker_owner ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0;
REVOKE ALL ON DATABASE hubtracker FROM PUBLIC;
GRANT CONNECT ON DATABASE hubtracker TO hubtracker;
-- A transaction that nobody goes on with holds no lock for longer.
ALTER ROLE hubtracker IN DATABASE hubtracker SET idle_in_transaction_session_timeout = '5min';

\connect hubtracker
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO hubtracker;
-- Of what the owner will make: by `migrate`, and by `restore`, which makes the schema anew.
ALTER DEFAULT PRIVILEGES FOR ROLE hubtracker_owner GRANT USAGE ON SCHEMAS TO hubtracker;
ALTER DEFAULT PRIVILEGES FOR ROLE hubtracker_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hubtracker;
ALTER DEFAULT PRIVILEGES FOR ROLE hubtracker_owner GRANT SELECT, USAGE ON SEQUENCES TO hubtracker;
