--
-- PostgreSQL database dump
--



SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: hub_evidence_before_entry(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_evidence_before_entry() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF NEW.change_id <= COALESCE((SELECT newest.id FROM missions_statuschange newest ORDER BY newest.id DESC LIMIT 1), 0) THEN RAISE EXCEPTION 'evidence is written before its entry, not after' USING ERRCODE = '23000'; END IF; RETURN NEW; END$$;


--
-- Name: hub_evidence_no_delete(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_evidence_no_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'evidence is append-only' USING ERRCODE = '23000'; END IF; RETURN OLD; END$$;


--
-- Name: hub_evidence_no_replace(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_evidence_no_replace() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF EXISTS (SELECT 1 FROM missions_evidence other WHERE other.id = NEW.id) THEN RAISE EXCEPTION 'evidence with this id is there already' USING ERRCODE = '23000'; END IF; RETURN NEW; END$$;


--
-- Name: hub_evidence_no_update(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_evidence_no_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'evidence is append-only' USING ERRCODE = '23000'; END IF; RETURN NEW; END$$;


--
-- Name: hub_head_mirrors_ledger(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_head_mirrors_ledger() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF NEW.entry <> COALESCE((SELECT newest.id FROM missions_statuschange newest ORDER BY newest.id DESC LIMIT 1), 0) OR NEW.hash <> COALESCE((SELECT newest.hash FROM missions_statuschange newest ORDER BY newest.id DESC LIMIT 1), '0000000000000000000000000000000000000000000000000000000000000000') OR NEW.revision <> OLD.revision + 1 THEN RAISE EXCEPTION 'the head is the newest ledger entry, and the revision grows by one' USING ERRCODE = '23000'; END IF; RETURN NEW; END$$;


--
-- Name: hub_head_no_delete(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_head_no_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'the head of the ledger stays' USING ERRCODE = '23000'; END IF; RETURN OLD; END$$;


--
-- Name: hub_head_no_replace(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_head_no_replace() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF EXISTS (SELECT 1 FROM missions_head other WHERE 1 = 1) THEN RAISE EXCEPTION 'the head of the ledger is there already' USING ERRCODE = '23000'; END IF; RETURN NEW; END$$;


--
-- Name: hub_ledger_after_opening(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_ledger_after_opening() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF NEW.kind <> 'opening' AND NOT EXISTS (SELECT 1 FROM missions_statuschange other WHERE other.mission_id = NEW.mission_id) THEN RAISE EXCEPTION 'a mission''s first ledger entry is its opening' USING ERRCODE = '23000'; END IF; RETURN NEW; END$$;


--
-- Name: hub_ledger_chained(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_ledger_chained() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF NEW.prev_hash <> COALESCE((SELECT newest.hash FROM missions_statuschange newest ORDER BY newest.id DESC LIMIT 1), '0000000000000000000000000000000000000000000000000000000000000000') THEN RAISE EXCEPTION 'prev_hash is not the hash of the newest ledger entry' USING ERRCODE = '23000'; END IF; RETURN NEW; END$$;


--
-- Name: hub_ledger_clock(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_ledger_clock() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF NEW.recorded_at < COALESCE((SELECT newest.recorded_at FROM missions_statuschange newest ORDER BY newest.id DESC LIMIT 1), NEW.recorded_at) THEN RAISE EXCEPTION 'a ledger entry is not recorded before the newest one' USING ERRCODE = '23000'; END IF; RETURN NEW; END$$;


--
-- Name: hub_ledger_completed_has_evidence(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_ledger_completed_has_evidence() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF NEW.status = 'completed' AND NEW.sets_status AND NOT EXISTS (SELECT 1 FROM missions_evidence other WHERE other.change_id = NEW.id) THEN RAISE EXCEPTION 'completed needs evidence' USING ERRCODE = '23000'; END IF; RETURN NEW; END$$;


--
-- Name: hub_ledger_correction_like_corrected(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_ledger_correction_like_corrected() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF NEW.kind = 'correction' AND NOT EXISTS (SELECT 1 FROM missions_statuschange other WHERE other.id = NEW.corrects_id AND other.mission_id = NEW.mission_id AND other.sets_status = NEW.sets_status AND other.sets_due = NEW.sets_due) THEN RAISE EXCEPTION 'a correction sets what the corrected entry of the same mission sets' USING ERRCODE = '23000'; END IF; RETURN NEW; END$$;


--
-- Name: hub_ledger_next_id(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_ledger_next_id() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF NEW.id <> COALESCE((SELECT newest.id FROM missions_statuschange newest ORDER BY newest.id DESC LIMIT 1), 0) + 1 THEN RAISE EXCEPTION 'the id of a ledger entry is the next one' USING ERRCODE = '23000'; END IF; RETURN NEW; END$$;


--
-- Name: hub_ledger_no_delete(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_ledger_no_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'the ledger is append-only: no entry is deleted' USING ERRCODE = '23000'; END IF; RETURN OLD; END$$;


--
-- Name: hub_ledger_no_future(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_ledger_no_future() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF NEW.effective_on > ((NEW.recorded_at AT TIME ZONE 'UTC') + interval '14 hours')::date THEN RAISE EXCEPTION 'effective_on lies in the future' USING ERRCODE = '23000'; END IF; RETURN NEW; END$$;


--
-- Name: hub_ledger_no_replace(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_ledger_no_replace() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF EXISTS (SELECT 1 FROM missions_statuschange other WHERE other.id = NEW.id OR other.hash = NEW.hash OR other.prev_hash = NEW.prev_hash OR other.corrects_id = NEW.corrects_id OR 1 = 0 OR (NEW.kind = 'opening' AND other.kind = 'opening' AND other.mission_id = NEW.mission_id)) THEN RAISE EXCEPTION 'a ledger entry with this id, hash, opening or correction is there already' USING ERRCODE = '23000'; END IF; RETURN NEW; END$$;


--
-- Name: hub_ledger_no_update(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_ledger_no_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'the ledger is append-only: correct an entry by a new one' USING ERRCODE = '23000'; END IF; RETURN NEW; END$$;


--
-- Name: hub_mission_code_stays(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_mission_code_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF NEW.code <> OLD.code OR NEW.id <> OLD.id THEN RAISE EXCEPTION 'the code of a mission never changes, nor does its id' USING ERRCODE = '23000'; END IF; RETURN NEW; END$$;


--
-- Name: hub_mission_no_replace(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_mission_no_replace() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF EXISTS (SELECT 1 FROM missions_mission other WHERE other.id = NEW.id OR other.code = NEW.code OR (other.instrument_id = NEW.instrument_id AND other.number = NEW.number)) THEN RAISE EXCEPTION 'a mission with this id, code or number is there already' USING ERRCODE = '23000'; END IF; RETURN NEW; END$$;


--
-- Name: hub_mission_no_update_over(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_mission_no_update_over() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF EXISTS (SELECT 1 FROM missions_mission other WHERE other.id <> OLD.id AND other.instrument_id = NEW.instrument_id AND other.number = NEW.number) THEN RAISE EXCEPTION 'a mission with this number is there already' USING ERRCODE = '23000'; END IF; RETURN NEW; END$$;


--
-- Name: hub_mission_opens_in_ledger(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_mission_opens_in_ledger() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF NEW.status IS NOT NULL THEN RAISE EXCEPTION 'a mission''s status comes from the ledger alone' USING ERRCODE = '23000'; END IF; RETURN NEW; END$$;


--
-- Name: hub_mission_status_is_ledgers(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_mission_status_is_ledgers() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF (NEW.status IS DISTINCT FROM OLD.status OR NEW.status_since IS DISTINCT FROM OLD.status_since OR NEW.due IS DISTINCT FROM OLD.due) AND (NEW.status IS DISTINCT FROM (SELECT entry.status FROM missions_statuschange entry
        WHERE entry.mission_id = NEW.id AND entry.sets_status
        AND NOT EXISTS (SELECT 1 FROM missions_statuschange other WHERE other.corrects_id = entry.id)
        ORDER BY entry.effective_on DESC, entry.id DESC LIMIT 1) OR NEW.due IS DISTINCT FROM (SELECT entry.due FROM missions_statuschange entry
        WHERE entry.mission_id = NEW.id AND entry.sets_due
        AND NOT EXISTS (SELECT 1 FROM missions_statuschange other WHERE other.corrects_id = entry.id)
        ORDER BY entry.effective_on DESC, entry.id DESC LIMIT 1) OR NEW.status_since IS DISTINCT FROM (SELECT MIN(entry.effective_on) FROM missions_statuschange entry
        WHERE entry.mission_id = NEW.id AND entry.sets_status
        AND NOT EXISTS (SELECT 1 FROM missions_statuschange other WHERE other.corrects_id = entry.id)
        AND NOT EXISTS (SELECT 1 FROM missions_statuschange later WHERE later.mission_id = NEW.id AND later.sets_status
            AND later.status <> entry.status
            AND (later.effective_on > entry.effective_on
                OR (later.effective_on = entry.effective_on AND later.id > entry.id))
            AND NOT EXISTS (SELECT 1 FROM missions_statuschange other WHERE other.corrects_id = later.id)))) THEN RAISE EXCEPTION 'status, status_since and due of a mission are what the ledger says' USING ERRCODE = '23000'; END IF; RETURN NEW; END$$;


--
-- Name: hub_mission_with_entries_stays(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_mission_with_entries_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF EXISTS (SELECT 1 FROM missions_statuschange other WHERE other.mission_id = OLD.id) THEN RAISE EXCEPTION 'a mission with entries in the ledger stays' USING ERRCODE = '23000'; END IF; RETURN OLD; END$$;


--
-- Name: hub_missions_area_advances(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_missions_area_advances() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN UPDATE missions_head SET revision = revision + 1, advanced_at = clock_timestamp(); RETURN NULL; END$$;


--
-- Name: hub_missions_evidence_in_turn(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_missions_evidence_in_turn() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN PERFORM 1 FROM missions_head FOR UPDATE; RETURN NULL; END$$;


--
-- Name: hub_missions_evidence_no_truncate(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_missions_evidence_no_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF true THEN RAISE EXCEPTION 'missions_evidence is append-only' USING ERRCODE = '23000'; END IF; RETURN NULL; END$$;


--
-- Name: hub_missions_head_no_truncate(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_missions_head_no_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF true THEN RAISE EXCEPTION 'missions_head is append-only' USING ERRCODE = '23000'; END IF; RETURN NULL; END$$;


--
-- Name: hub_missions_instrument_advances(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_missions_instrument_advances() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN UPDATE missions_head SET revision = revision + 1, advanced_at = clock_timestamp(); RETURN NULL; END$$;


--
-- Name: hub_missions_mission_advances(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_missions_mission_advances() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN UPDATE missions_head SET revision = revision + 1, advanced_at = clock_timestamp(); RETURN NULL; END$$;


--
-- Name: hub_missions_mission_areas_advances(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_missions_mission_areas_advances() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN UPDATE missions_head SET revision = revision + 1, advanced_at = clock_timestamp(); RETURN NULL; END$$;


--
-- Name: hub_missions_mission_sources_advances(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_missions_mission_sources_advances() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN UPDATE missions_head SET revision = revision + 1, advanced_at = clock_timestamp(); RETURN NULL; END$$;


--
-- Name: hub_missions_mission_supporting_owners_advances(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_missions_mission_supporting_owners_advances() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN UPDATE missions_head SET revision = revision + 1, advanced_at = clock_timestamp(); RETURN NULL; END$$;


--
-- Name: hub_missions_organisation_advances(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_missions_organisation_advances() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN UPDATE missions_head SET revision = revision + 1, advanced_at = clock_timestamp(); RETURN NULL; END$$;


--
-- Name: hub_missions_reportedfigure_advances(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_missions_reportedfigure_advances() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN UPDATE missions_head SET revision = revision + 1, advanced_at = clock_timestamp(); RETURN NULL; END$$;


--
-- Name: hub_missions_reportedfigure_covers_advances(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_missions_reportedfigure_covers_advances() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN UPDATE missions_head SET revision = revision + 1, advanced_at = clock_timestamp(); RETURN NULL; END$$;


--
-- Name: hub_missions_source_advances(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_missions_source_advances() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN UPDATE missions_head SET revision = revision + 1, advanced_at = clock_timestamp(); RETURN NULL; END$$;


--
-- Name: hub_missions_statuschange_advances(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_missions_statuschange_advances() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN UPDATE missions_head SET entry = COALESCE((SELECT newest.id FROM missions_statuschange newest ORDER BY newest.id DESC LIMIT 1), 0), hash = COALESCE((SELECT newest.hash FROM missions_statuschange newest ORDER BY newest.id DESC LIMIT 1), '0000000000000000000000000000000000000000000000000000000000000000'), revision = revision + 1, advanced_at = clock_timestamp(); RETURN NULL; END$$;


--
-- Name: hub_missions_statuschange_no_truncate(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_missions_statuschange_no_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN IF true THEN RAISE EXCEPTION 'missions_statuschange is append-only' USING ERRCODE = '23000'; END IF; RETURN NULL; END$$;


--
-- Name: hub_missions_theme_advances(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.hub_missions_theme_advances() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN UPDATE missions_head SET revision = revision + 1, advanced_at = clock_timestamp(); RETURN NULL; END$$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: auth_group; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);


--
-- Name: auth_group_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: auth_group_permissions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);


--
-- Name: auth_group_permissions_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: auth_permission; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);


--
-- Name: auth_permission_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: django_admin_log; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.django_admin_log (
    id integer NOT NULL,
    action_time timestamp with time zone NOT NULL,
    object_id text,
    object_repr character varying(200) NOT NULL,
    action_flag smallint NOT NULL,
    change_message text NOT NULL,
    content_type_id integer,
    user_id bigint NOT NULL,
    CONSTRAINT django_admin_log_action_flag_check CHECK ((action_flag >= 0))
);


--
-- Name: django_admin_log_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.django_admin_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_admin_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: django_content_type; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);


--
-- Name: django_content_type_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: django_migrations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);


--
-- Name: django_migrations_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: django_session; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);


--
-- Name: missions_area; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_area (
    id bigint NOT NULL,
    loaded jsonb,
    code character varying(20) NOT NULL,
    name_en character varying(200) NOT NULL,
    name_zh character varying(200) NOT NULL,
    province_or_city character varying(200) NOT NULL,
    zone character varying(20) NOT NULL,
    "position" integer NOT NULL,
    CONSTRAINT area_name_both_languages CHECK (((NOT ((name_en)::text = ''::text)) AND (NOT ((name_zh)::text = ''::text)))),
    CONSTRAINT area_zone_known CHECK (((zone)::text = ANY ((ARRAY['hub-wide'::character varying, 'core'::character varying, 'northern belt'::character varying, 'southern belt'::character varying])::text[]))),
    CONSTRAINT missions_area_position_check CHECK (("position" >= 0))
);


--
-- Name: missions_area_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_area ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_area_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_evidence; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_evidence (
    id bigint NOT NULL,
    title character varying(500) NOT NULL,
    publisher character varying(300) NOT NULL,
    published_on date,
    url character varying(1000) NOT NULL,
    event_on date,
    is_public boolean NOT NULL,
    source_id bigint,
    change_id bigint NOT NULL,
    CONSTRAINT evidence_has_title CHECK ((NOT ((title)::text = ''::text))),
    CONSTRAINT evidence_url_is_web CHECK ((((url)::text = ''::text) OR ((url)::text ~~ 'http://%'::text) OR ((url)::text ~~ 'https://%'::text)))
);


--
-- Name: missions_evidence_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_evidence ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_evidence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_head; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_head (
    id bigint NOT NULL,
    entry bigint NOT NULL,
    hash character varying(64) NOT NULL,
    revision bigint NOT NULL,
    advanced_at timestamp with time zone NOT NULL,
    CONSTRAINT head_is_one_row CHECK ((id = 1)),
    CONSTRAINT missions_head_entry_check CHECK ((entry >= 0)),
    CONSTRAINT missions_head_revision_check CHECK ((revision >= 0))
);


--
-- Name: missions_head_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_head ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_head_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_historicalarea; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_historicalarea (
    id bigint NOT NULL,
    code character varying(20) NOT NULL,
    name_en character varying(200) NOT NULL,
    name_zh character varying(200) NOT NULL,
    province_or_city character varying(200) NOT NULL,
    zone character varying(20) NOT NULL,
    "position" integer NOT NULL,
    history_id integer NOT NULL,
    history_date timestamp with time zone NOT NULL,
    history_change_reason character varying(100),
    history_type character varying(1) NOT NULL,
    history_user_id bigint,
    CONSTRAINT missions_historicalarea_position_check CHECK (("position" >= 0))
);


--
-- Name: missions_historicalarea_history_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_historicalarea ALTER COLUMN history_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_historicalarea_history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_historicalinstrument; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_historicalinstrument (
    id bigint NOT NULL,
    code character varying(20) NOT NULL,
    title_en character varying(300) NOT NULL,
    title_zh character varying(300) NOT NULL,
    issuer_en character varying(300) NOT NULL,
    issuer_zh character varying(300) NOT NULL,
    issued_on date,
    official_total integer,
    citation character varying(1000) NOT NULL,
    notes text NOT NULL,
    "position" integer NOT NULL,
    history_id integer NOT NULL,
    history_date timestamp with time zone NOT NULL,
    history_change_reason character varying(100),
    history_type character varying(1) NOT NULL,
    history_user_id bigint,
    CONSTRAINT missions_historicalinstrument_official_total_check CHECK ((official_total >= 0)),
    CONSTRAINT missions_historicalinstrument_position_check CHECK (("position" >= 0))
);


--
-- Name: missions_historicalinstrument_history_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_historicalinstrument ALTER COLUMN history_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_historicalinstrument_history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_historicalmission; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_historicalmission (
    id bigint NOT NULL,
    code character varying(20) NOT NULL,
    number integer NOT NULL,
    kind character varying(20) NOT NULL,
    title_en character varying(300) NOT NULL,
    title_zh character varying(300) NOT NULL,
    description_en text NOT NULL,
    description_zh text NOT NULL,
    clause character varying(500) NOT NULL,
    provenance character varying(20) NOT NULL,
    history_id integer NOT NULL,
    history_date timestamp with time zone NOT NULL,
    history_change_reason character varying(100),
    history_type character varying(1) NOT NULL,
    history_user_id bigint,
    instrument_id bigint,
    lead_owner_id bigint,
    theme_id bigint,
    CONSTRAINT missions_historicalmission_number_check CHECK ((number >= 0))
);


--
-- Name: missions_historicalmission_areas; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_historicalmission_areas (
    id bigint NOT NULL,
    m2m_history_id integer NOT NULL,
    area_id bigint,
    history_id integer NOT NULL,
    mission_id bigint
);


--
-- Name: missions_historicalmission_areas_m2m_history_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_historicalmission_areas ALTER COLUMN m2m_history_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_historicalmission_areas_m2m_history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_historicalmission_history_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_historicalmission ALTER COLUMN history_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_historicalmission_history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_historicalmission_sources; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_historicalmission_sources (
    id bigint NOT NULL,
    m2m_history_id integer NOT NULL,
    history_id integer NOT NULL,
    mission_id bigint,
    source_id bigint
);


--
-- Name: missions_historicalmission_sources_m2m_history_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_historicalmission_sources ALTER COLUMN m2m_history_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_historicalmission_sources_m2m_history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_historicalmission_supporting_owners; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_historicalmission_supporting_owners (
    id bigint NOT NULL,
    m2m_history_id integer NOT NULL,
    history_id integer NOT NULL,
    mission_id bigint,
    organisation_id bigint
);


--
-- Name: missions_historicalmission_supporting_owners_m2m_history_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_historicalmission_supporting_owners ALTER COLUMN m2m_history_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_historicalmission_supporting_owners_m2m_history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_historicalorganisation; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_historicalorganisation (
    id bigint NOT NULL,
    code character varying(20) NOT NULL,
    name_en character varying(200) NOT NULL,
    name_zh character varying(200) NOT NULL,
    level character varying(20) NOT NULL,
    closed_on date,
    "position" integer NOT NULL,
    history_id integer NOT NULL,
    history_date timestamp with time zone NOT NULL,
    history_change_reason character varying(100),
    history_type character varying(1) NOT NULL,
    history_user_id bigint,
    parent_id bigint,
    source_id bigint,
    CONSTRAINT missions_historicalorganisation_position_check CHECK (("position" >= 0))
);


--
-- Name: missions_historicalorganisation_history_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_historicalorganisation ALTER COLUMN history_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_historicalorganisation_history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_historicalreportedfigure; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_historicalreportedfigure (
    id bigint NOT NULL,
    as_of date NOT NULL,
    indicator_en character varying(300) NOT NULL,
    indicator_zh character varying(300) NOT NULL,
    value numeric(18,4) NOT NULL,
    unit character varying(50) NOT NULL,
    measure character varying(20) NOT NULL,
    history_id integer NOT NULL,
    history_date timestamp with time zone NOT NULL,
    history_change_reason character varying(100),
    history_type character varying(1) NOT NULL,
    history_user_id bigint,
    instrument_id bigint,
    source_id bigint
);


--
-- Name: missions_historicalreportedfigure_covers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_historicalreportedfigure_covers (
    id bigint NOT NULL,
    m2m_history_id integer NOT NULL,
    history_id integer NOT NULL,
    instrument_id bigint,
    reportedfigure_id bigint
);


--
-- Name: missions_historicalreportedfigure_covers_m2m_history_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_historicalreportedfigure_covers ALTER COLUMN m2m_history_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_historicalreportedfigure_covers_m2m_history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_historicalreportedfigure_history_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_historicalreportedfigure ALTER COLUMN history_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_historicalreportedfigure_history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_historicalsource; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_historicalsource (
    id bigint NOT NULL,
    key character varying(40) NOT NULL,
    title character varying(500) NOT NULL,
    publisher character varying(300) NOT NULL,
    published_on date,
    url character varying(1000) NOT NULL,
    language character varying(10) NOT NULL,
    history_id integer NOT NULL,
    history_date timestamp with time zone NOT NULL,
    history_change_reason character varying(100),
    history_type character varying(1) NOT NULL,
    history_user_id bigint
);


--
-- Name: missions_historicalsource_history_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_historicalsource ALTER COLUMN history_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_historicalsource_history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_historicaltheme; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_historicaltheme (
    id bigint NOT NULL,
    code character varying(20) NOT NULL,
    name_en character varying(200) NOT NULL,
    name_zh character varying(200) NOT NULL,
    "position" integer NOT NULL,
    history_id integer NOT NULL,
    history_date timestamp with time zone NOT NULL,
    history_change_reason character varying(100),
    history_type character varying(1) NOT NULL,
    history_user_id bigint,
    CONSTRAINT missions_historicaltheme_position_check CHECK (("position" >= 0))
);


--
-- Name: missions_historicaltheme_history_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_historicaltheme ALTER COLUMN history_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_historicaltheme_history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_instrument; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_instrument (
    id bigint NOT NULL,
    loaded jsonb,
    code character varying(20) NOT NULL,
    title_en character varying(300) NOT NULL,
    title_zh character varying(300) NOT NULL,
    issuer_en character varying(300) NOT NULL,
    issuer_zh character varying(300) NOT NULL,
    issued_on date,
    official_total integer,
    citation character varying(1000) NOT NULL,
    notes text NOT NULL,
    "position" integer NOT NULL,
    CONSTRAINT instrument_issued_on_in_range CHECK (((issued_on IS NULL) OR ((issued_on >= '1900-01-01'::date) AND (issued_on <= '2100-12-31'::date)))),
    CONSTRAINT instrument_issuer_both_languages CHECK (((NOT ((issuer_en)::text = ''::text)) AND (NOT ((issuer_zh)::text = ''::text)))),
    CONSTRAINT instrument_title_both_languages CHECK (((NOT ((title_en)::text = ''::text)) AND (NOT ((title_zh)::text = ''::text)))),
    CONSTRAINT missions_instrument_official_total_check CHECK ((official_total >= 0)),
    CONSTRAINT missions_instrument_position_check CHECK (("position" >= 0))
);


--
-- Name: missions_instrument_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_instrument ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_instrument_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_membership; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_membership (
    id bigint NOT NULL,
    role character varying(20) NOT NULL,
    user_id bigint NOT NULL,
    organisation_id bigint,
    CONSTRAINT membership_editor_has_organisation CHECK ((((organisation_id IS NOT NULL) AND ((role)::text = 'editor'::text)) OR ((NOT ((role)::text = 'editor'::text)) AND (organisation_id IS NULL)))),
    CONSTRAINT membership_role_known CHECK (((role)::text = ANY ((ARRAY['editor'::character varying, 'auditor'::character varying, 'coordinator'::character varying, 'administrator'::character varying])::text[])))
);


--
-- Name: missions_membership_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_membership ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_membership_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_mission; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_mission (
    id bigint NOT NULL,
    loaded jsonb,
    code character varying(20) NOT NULL,
    number integer NOT NULL,
    kind character varying(20) NOT NULL,
    title_en character varying(300) NOT NULL,
    title_zh character varying(300) NOT NULL,
    description_en text NOT NULL,
    description_zh text NOT NULL,
    clause character varying(500) NOT NULL,
    provenance character varying(20) NOT NULL,
    status character varying(20),
    status_since date,
    due date,
    search_text text NOT NULL,
    instrument_id bigint NOT NULL,
    lead_owner_id bigint NOT NULL,
    theme_id bigint NOT NULL,
    CONSTRAINT mission_description_both_languages_or_none CHECK ((((description_en = ''::text) AND (description_zh = ''::text)) OR ((NOT (description_en = ''::text)) AND (NOT (description_zh = ''::text))))),
    CONSTRAINT mission_kind_known CHECK (((kind)::text = ANY ((ARRAY['policy'::character varying, 'platform'::character varying, 'project'::character varying, 'other'::character varying])::text[]))),
    CONSTRAINT mission_provenance_known CHECK (((provenance)::text = ANY ((ARRAY['official'::character varying, 'editorial-split'::character varying, 'unpublished'::character varying, 'not-obtained'::character varying])::text[]))),
    CONSTRAINT mission_status_and_since_together CHECK ((((due IS NULL) AND (status IS NULL) AND (status_since IS NULL)) OR ((status IS NOT NULL) AND (status_since IS NOT NULL)))),
    CONSTRAINT mission_status_known CHECK ((((status)::text = ANY ((ARRAY['unreported'::character varying, 'not_started'::character varying, 'in_progress'::character varying, 'paused'::character varying, 'completed'::character varying, 'withdrawn'::character varying])::text[])) OR (status IS NULL))),
    CONSTRAINT mission_title_both_languages CHECK (((NOT ((title_en)::text = ''::text)) AND (NOT ((title_zh)::text = ''::text)))),
    CONSTRAINT missions_mission_number_check CHECK ((number >= 0))
);


--
-- Name: missions_mission_areas; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_mission_areas (
    id bigint NOT NULL,
    mission_id bigint NOT NULL,
    area_id bigint NOT NULL
);


--
-- Name: missions_mission_areas_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_mission_areas ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_mission_areas_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_mission_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_mission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_mission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_mission_sources; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_mission_sources (
    id bigint NOT NULL,
    mission_id bigint NOT NULL,
    source_id bigint NOT NULL
);


--
-- Name: missions_mission_sources_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_mission_sources ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_mission_sources_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_mission_supporting_owners; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_mission_supporting_owners (
    id bigint NOT NULL,
    mission_id bigint NOT NULL,
    organisation_id bigint NOT NULL
);


--
-- Name: missions_mission_supporting_owners_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_mission_supporting_owners ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_mission_supporting_owners_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_organisation; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_organisation (
    id bigint NOT NULL,
    loaded jsonb,
    code character varying(20) NOT NULL,
    name_en character varying(200) NOT NULL,
    name_zh character varying(200) NOT NULL,
    level character varying(20) NOT NULL,
    closed_on date,
    "position" integer NOT NULL,
    parent_id bigint,
    source_id bigint,
    CONSTRAINT missions_organisation_position_check CHECK (("position" >= 0)),
    CONSTRAINT organisation_level_known CHECK (((level)::text = ANY ((ARRAY['national'::character varying, 'provincial'::character varying, 'municipal'::character varying, 'district'::character varying, 'agency'::character varying, 'bank'::character varying, 'enterprise'::character varying])::text[]))),
    CONSTRAINT organisation_name_both_languages CHECK (((NOT ((name_en)::text = ''::text)) AND (NOT ((name_zh)::text = ''::text)))),
    CONSTRAINT organisation_not_above_itself CHECK (((parent_id IS NULL) OR (NOT ((parent_id = id) AND (parent_id IS NOT NULL)))))
);


--
-- Name: missions_organisation_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_organisation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_organisation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_reportedfigure; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_reportedfigure (
    id bigint NOT NULL,
    loaded jsonb,
    as_of date NOT NULL,
    indicator_en character varying(300) NOT NULL,
    indicator_zh character varying(300) NOT NULL,
    value numeric(18,4) NOT NULL,
    unit character varying(50) NOT NULL,
    measure character varying(20) NOT NULL,
    instrument_id bigint,
    source_id bigint NOT NULL,
    CONSTRAINT figure_indicator_both_languages CHECK (((NOT ((indicator_en)::text = ''::text)) AND (NOT ((indicator_zh)::text = ''::text)))),
    CONSTRAINT figure_measure_known CHECK (((measure)::text = ANY ((ARRAY[''::character varying, 'total'::character varying, 'in_place'::character varying, 'completed'::character varying])::text[])))
);


--
-- Name: missions_reportedfigure_covers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_reportedfigure_covers (
    id bigint NOT NULL,
    reportedfigure_id bigint NOT NULL,
    instrument_id bigint NOT NULL
);


--
-- Name: missions_reportedfigure_covers_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_reportedfigure_covers ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_reportedfigure_covers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_reportedfigure_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_reportedfigure ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_reportedfigure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_source; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_source (
    id bigint NOT NULL,
    loaded jsonb,
    key character varying(40) NOT NULL,
    title character varying(500) NOT NULL,
    publisher character varying(300) NOT NULL,
    published_on date,
    url character varying(1000) NOT NULL,
    language character varying(10) NOT NULL,
    CONSTRAINT source_url_is_web CHECK ((((url)::text = ''::text) OR ((url)::text ~~ 'http://%'::text) OR ((url)::text ~~ 'https://%'::text)))
);


--
-- Name: missions_source_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_source ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_source_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_statuschange; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_statuschange (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    status character varying(20) NOT NULL,
    previous character varying(20),
    due date,
    effective_on date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    basis character varying(20) NOT NULL,
    headline_en character varying(300) NOT NULL,
    headline_zh character varying(300) NOT NULL,
    prev_hash character varying(64) NOT NULL,
    hash character varying(64) NOT NULL,
    sets_status boolean NOT NULL,
    sets_due boolean NOT NULL,
    corrects_id bigint,
    mission_id bigint NOT NULL,
    recorded_by_id bigint,
    CONSTRAINT change_basis_known CHECK (((basis)::text = ANY ((ARRAY['document'::character varying, 'owner'::character varying, 'collective'::character varying])::text[]))),
    CONSTRAINT change_corrects_if_correction CHECK ((((corrects_id IS NOT NULL) AND ((kind)::text = 'correction'::text)) OR ((NOT ((kind)::text = 'correction'::text)) AND (corrects_id IS NULL)))),
    CONSTRAINT change_days_in_range CHECK ((((effective_on >= '1900-01-01'::date) AND (effective_on <= '2100-12-31'::date)) AND ((due IS NULL) OR ((due >= '1900-01-01'::date) AND (due <= '2100-12-31'::date))))),
    CONSTRAINT change_due_if_it_sets_due CHECK ((sets_due OR (due IS NULL))),
    CONSTRAINT change_headline_both_languages CHECK ((((kind)::text = 'opening'::text) OR ((NOT ((headline_en)::text = ''::text)) AND (NOT ((headline_zh)::text = ''::text))))),
    CONSTRAINT change_kind_known CHECK (((kind)::text = ANY ((ARRAY['opening'::character varying, 'report'::character varying, 'deadline'::character varying, 'correction'::character varying])::text[]))),
    CONSTRAINT change_kind_says_what_it_sets CHECK (((((kind)::text = 'opening'::text) AND sets_due AND sets_status AND ((status)::text = 'unreported'::text)) OR (((kind)::text = 'report'::text) AND (NOT sets_due) AND sets_status AND (NOT ((status)::text = 'unreported'::text))) OR (((kind)::text = 'deadline'::text) AND sets_due AND (NOT sets_status) AND ((status)::text = (previous)::text)) OR (((kind)::text = 'correction'::text) AND (sets_status OR sets_due)))),
    CONSTRAINT change_previous_unless_opening CHECK (((((kind)::text = 'opening'::text) AND (previous IS NULL)) OR ((NOT ((kind)::text = 'opening'::text)) AND ((previous)::text = ANY ((ARRAY['unreported'::character varying, 'not_started'::character varying, 'in_progress'::character varying, 'paused'::character varying, 'completed'::character varying, 'withdrawn'::character varying])::text[])) AND (previous IS NOT NULL)))),
    CONSTRAINT change_status_known CHECK (((status)::text = ANY ((ARRAY['unreported'::character varying, 'not_started'::character varying, 'in_progress'::character varying, 'paused'::character varying, 'completed'::character varying, 'withdrawn'::character varying])::text[]))),
    CONSTRAINT missions_statuschange_id_check CHECK ((id >= 0))
);


--
-- Name: missions_theme; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_theme (
    id bigint NOT NULL,
    loaded jsonb,
    code character varying(20) NOT NULL,
    name_en character varying(200) NOT NULL,
    name_zh character varying(200) NOT NULL,
    "position" integer NOT NULL,
    CONSTRAINT missions_theme_position_check CHECK (("position" >= 0)),
    CONSTRAINT theme_name_both_languages CHECK (((NOT ((name_en)::text = ''::text)) AND (NOT ((name_zh)::text = ''::text))))
);


--
-- Name: missions_theme_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_theme ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_theme_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: missions_user; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.missions_user (
    id bigint NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    username character varying(150) NOT NULL,
    name character varying(150) NOT NULL,
    email character varying(254) NOT NULL,
    is_active boolean NOT NULL,
    must_change_password boolean NOT NULL
);


--
-- Name: missions_user_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.missions_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.missions_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Data for Name: auth_group; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: auth_group_permissions; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: auth_permission; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.auth_permission VALUES
	(1, 'Can add user', 23, 'add_user'),
	(2, 'Can change user', 23, 'change_user'),
	(3, 'Can delete user', 23, 'delete_user'),
	(4, 'Can view user', 23, 'view_user'),
	(5, 'Can add area', 1, 'add_area'),
	(6, 'Can change area', 1, 'change_area'),
	(7, 'Can delete area', 1, 'delete_area'),
	(8, 'Can view area', 1, 'view_area'),
	(9, 'Can add head', 3, 'add_head'),
	(10, 'Can change head', 3, 'change_head'),
	(11, 'Can delete head', 3, 'delete_head'),
	(12, 'Can view head', 3, 'view_head'),
	(13, 'Can add historical area', 4, 'add_historicalarea'),
	(14, 'Can change historical area', 4, 'change_historicalarea'),
	(15, 'Can delete historical area', 4, 'delete_historicalarea'),
	(16, 'Can view historical area', 4, 'view_historicalarea'),
	(17, 'Can add historical instrument', 5, 'add_historicalinstrument'),
	(18, 'Can change historical instrument', 5, 'change_historicalinstrument'),
	(19, 'Can delete historical instrument', 5, 'delete_historicalinstrument'),
	(20, 'Can view historical instrument', 5, 'view_historicalinstrument'),
	(21, 'Can add historical source', 13, 'add_historicalsource'),
	(22, 'Can change historical source', 13, 'change_historicalsource'),
	(23, 'Can delete historical source', 13, 'delete_historicalsource'),
	(24, 'Can view historical source', 13, 'view_historicalsource'),
	(25, 'Can add historical theme', 14, 'add_historicaltheme'),
	(26, 'Can change historical theme', 14, 'change_historicaltheme'),
	(27, 'Can delete historical theme', 14, 'delete_historicaltheme'),
	(28, 'Can view historical theme', 14, 'view_historicaltheme'),
	(29, 'Can add instrument', 15, 'add_instrument'),
	(30, 'Can change instrument', 15, 'change_instrument'),
	(31, 'Can delete instrument', 15, 'delete_instrument'),
	(32, 'Can view instrument', 15, 'view_instrument'),
	(33, 'Can add historical reported figure', 11, 'add_historicalreportedfigure'),
	(34, 'Can change historical reported figure', 11, 'change_historicalreportedfigure'),
	(35, 'Can delete historical reported figure', 11, 'delete_historicalreportedfigure'),
	(36, 'Can view historical reported figure', 11, 'view_historicalreportedfigure'),
	(37, 'Can add historical mission', 6, 'add_historicalmission'),
	(38, 'Can change historical mission', 6, 'change_historicalmission'),
	(39, 'Can delete historical mission', 6, 'delete_historicalmission'),
	(40, 'Can view historical mission', 6, 'view_historicalmission'),
	(41, 'Can add mission', 17, 'add_mission'),
	(42, 'Can change mission', 17, 'change_mission'),
	(43, 'Can delete mission', 17, 'delete_mission'),
	(44, 'Can view mission', 17, 'view_mission'),
	(45, 'Can add HistoricalMission_areas', 7, 'add_historicalmission_areas'),
	(46, 'Can change HistoricalMission_areas', 7, 'change_historicalmission_areas'),
	(47, 'Can delete HistoricalMission_areas', 7, 'delete_historicalmission_areas'),
	(48, 'Can view HistoricalMission_areas', 7, 'view_historicalmission_areas'),
	(49, 'Can add organisation', 18, 'add_organisation'),
	(50, 'Can change organisation', 18, 'change_organisation'),
	(51, 'Can delete organisation', 18, 'delete_organisation'),
	(52, 'Can view organisation', 18, 'view_organisation'),
	(53, 'Can add HistoricalMission_supporting_owners', 9, 'add_historicalmission_supporting_owners'),
	(54, 'Can change HistoricalMission_supporting_owners', 9, 'change_historicalmission_supporting_owners'),
	(55, 'Can delete HistoricalMission_supporting_owners', 9, 'delete_historicalmission_supporting_owners'),
	(56, 'Can view HistoricalMission_supporting_owners', 9, 'view_historicalmission_supporting_owners'),
	(57, 'Can add reported figure', 19, 'add_reportedfigure'),
	(58, 'Can change reported figure', 19, 'change_reportedfigure'),
	(59, 'Can delete reported figure', 19, 'delete_reportedfigure'),
	(60, 'Can view reported figure', 19, 'view_reportedfigure'),
	(61, 'Can add HistoricalReportedFigure_covers', 12, 'add_historicalreportedfigure_covers'),
	(62, 'Can change HistoricalReportedFigure_covers', 12, 'change_historicalreportedfigure_covers'),
	(63, 'Can delete HistoricalReportedFigure_covers', 12, 'delete_historicalreportedfigure_covers'),
	(64, 'Can view HistoricalReportedFigure_covers', 12, 'view_historicalreportedfigure_covers'),
	(65, 'Can add source', 20, 'add_source'),
	(66, 'Can change source', 20, 'change_source'),
	(67, 'Can delete source', 20, 'delete_source'),
	(68, 'Can view source', 20, 'view_source'),
	(69, 'Can add historical organisation', 10, 'add_historicalorganisation'),
	(70, 'Can change historical organisation', 10, 'change_historicalorganisation'),
	(71, 'Can delete historical organisation', 10, 'delete_historicalorganisation'),
	(72, 'Can view historical organisation', 10, 'view_historicalorganisation'),
	(73, 'Can add HistoricalMission_sources', 8, 'add_historicalmission_sources'),
	(74, 'Can change HistoricalMission_sources', 8, 'change_historicalmission_sources'),
	(75, 'Can delete HistoricalMission_sources', 8, 'delete_historicalmission_sources'),
	(76, 'Can view HistoricalMission_sources', 8, 'view_historicalmission_sources'),
	(77, 'Can add status change', 21, 'add_statuschange'),
	(78, 'Can change status change', 21, 'change_statuschange'),
	(79, 'Can delete status change', 21, 'delete_statuschange'),
	(80, 'Can view status change', 21, 'view_statuschange'),
	(81, 'Can add evidence', 2, 'add_evidence'),
	(82, 'Can change evidence', 2, 'change_evidence'),
	(83, 'Can delete evidence', 2, 'delete_evidence'),
	(84, 'Can view evidence', 2, 'view_evidence'),
	(85, 'Can add theme', 22, 'add_theme'),
	(86, 'Can change theme', 22, 'change_theme'),
	(87, 'Can delete theme', 22, 'delete_theme'),
	(88, 'Can view theme', 22, 'view_theme'),
	(89, 'Can add membership', 16, 'add_membership'),
	(90, 'Can change membership', 16, 'change_membership'),
	(91, 'Can delete membership', 16, 'delete_membership'),
	(92, 'Can view membership', 16, 'view_membership'),
	(93, 'Can add log entry', 24, 'add_logentry'),
	(94, 'Can change log entry', 24, 'change_logentry'),
	(95, 'Can delete log entry', 24, 'delete_logentry'),
	(96, 'Can view log entry', 24, 'view_logentry'),
	(97, 'Can add permission', 26, 'add_permission'),
	(98, 'Can change permission', 26, 'change_permission'),
	(99, 'Can delete permission', 26, 'delete_permission'),
	(100, 'Can view permission', 26, 'view_permission');
INSERT INTO public.auth_permission VALUES
	(101, 'Can add group', 25, 'add_group'),
	(102, 'Can change group', 25, 'change_group'),
	(103, 'Can delete group', 25, 'delete_group'),
	(104, 'Can view group', 25, 'view_group'),
	(105, 'Can add content type', 27, 'add_contenttype'),
	(106, 'Can change content type', 27, 'change_contenttype'),
	(107, 'Can delete content type', 27, 'delete_contenttype'),
	(108, 'Can view content type', 27, 'view_contenttype'),
	(109, 'Can add session', 28, 'add_session'),
	(110, 'Can change session', 28, 'change_session'),
	(111, 'Can delete session', 28, 'delete_session'),
	(112, 'Can view session', 28, 'view_session');


--
-- Data for Name: django_admin_log; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: django_content_type; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.django_content_type VALUES
	(1, 'missions', 'area'),
	(2, 'missions', 'evidence'),
	(3, 'missions', 'head'),
	(4, 'missions', 'historicalarea'),
	(5, 'missions', 'historicalinstrument'),
	(6, 'missions', 'historicalmission'),
	(7, 'missions', 'historicalmission_areas'),
	(8, 'missions', 'historicalmission_sources'),
	(9, 'missions', 'historicalmission_supporting_owners'),
	(10, 'missions', 'historicalorganisation'),
	(11, 'missions', 'historicalreportedfigure'),
	(12, 'missions', 'historicalreportedfigure_covers'),
	(13, 'missions', 'historicalsource'),
	(14, 'missions', 'historicaltheme'),
	(15, 'missions', 'instrument'),
	(16, 'missions', 'membership'),
	(17, 'missions', 'mission'),
	(18, 'missions', 'organisation'),
	(19, 'missions', 'reportedfigure'),
	(20, 'missions', 'source'),
	(21, 'missions', 'statuschange'),
	(22, 'missions', 'theme'),
	(23, 'missions', 'user'),
	(24, 'admin', 'logentry'),
	(25, 'auth', 'group'),
	(26, 'auth', 'permission'),
	(27, 'contenttypes', 'contenttype'),
	(28, 'sessions', 'session');


--
-- Data for Name: django_migrations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.django_migrations VALUES
	(1, 'missions', '0001_initial', '2026-11-27 10:21:26.707517+00'),
	(2, 'contenttypes', '0001_initial', '2026-11-27 10:21:26.726016+00'),
	(3, 'admin', '0001_initial', '2026-11-27 10:21:26.787943+00'),
	(4, 'admin', '0002_logentry_remove_auto_add', '2026-11-27 10:21:26.81477+00'),
	(5, 'admin', '0003_logentry_add_action_flag_choices', '2026-11-27 10:21:26.831287+00'),
	(6, 'contenttypes', '0002_remove_content_type_name', '2026-11-27 10:21:26.896914+00'),
	(7, 'auth', '0001_initial', '2026-11-27 10:21:27.082734+00'),
	(8, 'auth', '0002_alter_permission_name_max_length', '2026-11-27 10:21:27.151368+00'),
	(9, 'auth', '0003_alter_user_email_max_length', '2026-11-27 10:21:27.159789+00'),
	(10, 'auth', '0004_alter_user_username_opts', '2026-11-27 10:21:27.168447+00'),
	(11, 'auth', '0005_alter_user_last_login_null', '2026-11-27 10:21:27.207527+00'),
	(12, 'auth', '0006_require_contenttypes_0002', '2026-11-27 10:21:27.213123+00'),
	(13, 'auth', '0007_alter_validators_add_error_messages', '2026-11-27 10:21:27.217565+00'),
	(14, 'auth', '0008_alter_user_username_max_length', '2026-11-27 10:21:27.226593+00'),
	(15, 'auth', '0009_alter_user_last_name_max_length', '2026-11-27 10:21:27.237107+00'),
	(16, 'auth', '0010_alter_group_name_max_length', '2026-11-27 10:21:27.287472+00'),
	(17, 'auth', '0011_update_proxy_permissions', '2026-11-27 10:21:27.328594+00'),
	(18, 'auth', '0012_alter_user_first_name_max_length', '2026-11-27 10:21:27.337811+00'),
	(19, 'missions', '0002_head', '2026-11-27 10:21:27.381263+00'),
	(20, 'sessions', '0001_initial', '2026-11-27 10:21:27.394343+00');


--
-- Data for Name: django_session; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: missions_area; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_area VALUES
	(1, '{"code": "ALL", "zone": "hub-wide", "name_en": "Whole harbour", "name_zh": "柳港全域", "position": "1", "province_or_city": "Willow"}', 'ALL', 'Whole harbour', '柳港全域', 'Willow', 'hub-wide', 1),
	(2, '{"code": "NORTH", "zone": "core", "name_en": "North quay", "name_zh": "北码头", "position": "2", "province_or_city": "Willow"}', 'NORTH', 'North quay', '北码头', 'Willow', 'core', 2),
	(3, '{"code": "SOUTH", "zone": "southern belt", "name_en": "South quay", "name_zh": "南码头", "position": "3", "province_or_city": ""}', 'SOUTH', 'South quay', '南码头', '', 'southern belt', 3);


--
-- Data for Name: missions_evidence; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_evidence VALUES
	(1, 'Works begin (invented)', 'The Willow Paper', '2024-06-02', 'https://example.org/works-begin', '2024-06-01', true, 3, 7),
	(2, 'Pier opens (invented)', 'The Willow Paper', NULL, 'https://example.org/pier-opens', '2025-02-01', true, 4, 8),
	(3, 'Works begin (invented)', 'The Willow Paper', '2024-06-02', 'https://example.org/works-begin', '2023-11-20', true, 3, 9),
	(4, 'Pier opens (invented)', 'The Willow Paper', NULL, 'https://example.org/pier-opens', '2025-03-10', true, 4, 10),
	(5, 'Pier opens (invented)', 'The Willow Paper', NULL, 'https://example.org/pier-opens', '2025-06-01', true, 4, 11),
	(6, 'Minutes', '', NULL, 'https://example.org/minutes', NULL, true, NULL, 12),
	(7, 'Minutes', '', NULL, 'https://example.org/minutes', NULL, true, NULL, 13);


--
-- Data for Name: missions_head; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_head VALUES
	(1, 13, 'e8459a1cdda25a99264a2241d0ae33b4cb93211338e1f30ee3369e47667d6c87', 58, '2026-11-27 10:21:31.989859+00');


--
-- Data for Name: missions_historicalarea; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_historicalarea VALUES
	(1, 'ALL', 'Whole harbour', '柳港全域', 'Willow', 'hub-wide', 1, 1, '2026-11-27 10:21:29.46013+00', 'load_programme', '+', NULL),
	(2, 'NORTH', 'North quay', '北码头', 'Willow', 'core', 2, 2, '2026-11-27 10:21:29.463499+00', 'load_programme', '+', NULL),
	(3, 'SOUTH', 'South quay', '南码头', '', 'southern belt', 3, 3, '2026-11-27 10:21:29.469665+00', 'load_programme', '+', NULL);


--
-- Data for Name: missions_historicalinstrument; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_historicalinstrument VALUES
	(1, 'WP', 'Willow Harbour plan (invented)', '柳港规划(虚构)', 'Willow Harbour city', '柳港市', '2024-03-01', 4, 'https://example.org/plan', '', 1, 1, '2026-11-27 10:21:29.490437+00', 'load_programme', '+', NULL),
	(2, 'WG', 'Green measures (invented)', '绿色措施(虚构)', 'Willow Harbour city', '柳港市', '2025-01-15', 2, 'City gazette 3/2025', 'Invented for tests.', 2, 2, '2026-11-27 10:21:29.497626+00', 'load_programme', '+', NULL);


--
-- Data for Name: missions_historicalmission; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_historicalmission VALUES
	(1, 'WP-1', 1, 'project', 'Open the north pier', '北栈桥开放', 'A pier on the north quay.', '北码头栈桥。', 'Part 1', 'official', 1, '2026-11-27 10:21:29.527134+00', 'load_programme', '+', NULL, 1, 3, 1),
	(1, 'WP-1', 1, 'project', 'Open the north pier', '北栈桥开放', 'A pier on the north quay.', '北码头栈桥。', 'Part 1', 'official', 2, '2026-11-27 10:21:29.596799+00', 'load_programme', '~', NULL, 1, 3, 1),
	(2, 'WP-2', 2, 'project', 'Deepen the basin', '港池加深', 'Deepen the basin
to twelve metres.', '港池加深至12米。', 'Part 1', 'official', 3, '2026-11-27 10:21:29.636194+00', 'load_programme', '+', NULL, 1, 3, 1),
	(2, 'WP-2', 2, 'project', 'Deepen the basin', '港池加深', 'Deepen the basin
to twelve metres.', '港池加深至12米。', 'Part 1', 'official', 4, '2026-11-27 10:21:29.683355+00', 'load_programme', '~', NULL, 1, 3, 1),
	(3, 'WP-3', 3, 'policy', 'One form for ship papers', '船舶单证一表通办', '', '', 'Part 2', 'editorial-split', 5, '2026-11-27 10:21:29.738865+00', 'load_programme', '+', NULL, 1, 1, 1),
	(3, 'WP-3', 3, 'policy', 'One form for ship papers', '船舶单证一表通办', '', '', 'Part 2', 'editorial-split', 6, '2026-11-27 10:21:29.862542+00', 'load_programme', '~', NULL, 1, 1, 1),
	(4, 'WP-4', 4, 'platform', 'Harbour data exchange', '港口数据交换平台', '', '', '', 'editorial-split', 7, '2026-11-27 10:21:29.904262+00', 'load_programme', '+', NULL, 1, 1, 1),
	(4, 'WP-4', 4, 'platform', 'Harbour data exchange', '港口数据交换平台', '', '', '', 'editorial-split', 8, '2026-11-27 10:21:29.952958+00', 'load_programme', '~', NULL, 1, 1, 1),
	(5, 'WG-1', 1, 'policy', 'Shore power for every berth', '泊位岸电全覆盖', '', '', '', 'unpublished', 9, '2026-11-27 10:21:29.990067+00', 'load_programme', '+', NULL, 2, 3, 2),
	(5, 'WG-1', 1, 'policy', 'Shore power for every berth', '泊位岸电全覆盖', '', '', '', 'unpublished', 10, '2026-11-27 10:21:30.044157+00', 'load_programme', '~', NULL, 2, 3, 2),
	(6, 'WG-2', 2, 'other', 'Plant a thousand willows', '植柳千株', '', '', '', 'not-obtained', 11, '2026-11-27 10:21:30.08116+00', 'load_programme', '+', NULL, 2, 1, 2),
	(6, 'WG-2', 2, 'other', 'Plant a thousand willows', '植柳千株', '', '', '', 'not-obtained', 12, '2026-11-27 10:21:30.132897+00', 'load_programme', '~', NULL, 2, 1, 2),
	(5, 'WG-1', 1, 'policy', 'Shore power for every berth (renamed)', '泊位岸电全覆盖', '', '', '', 'unpublished', 13, '2026-11-27 10:21:31.990323+00', NULL, '~', NULL, 2, 3, 2);


--
-- Data for Name: missions_historicalmission_areas; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_historicalmission_areas VALUES
	(1, 1, 2, 2, 1),
	(2, 2, 2, 4, 2),
	(3, 3, 3, 4, 2),
	(4, 4, 1, 6, 3),
	(5, 5, 1, 8, 4),
	(6, 6, 2, 10, 5),
	(7, 7, 3, 10, 5),
	(8, 8, 1, 12, 6),
	(6, 9, 2, 13, 5),
	(7, 10, 3, 13, 5);


--
-- Data for Name: missions_historicalmission_sources; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_historicalmission_sources VALUES
	(1, 1, 2, 1, 1),
	(2, 2, 4, 2, 1),
	(3, 3, 4, 2, 3),
	(4, 4, 6, 3, 1),
	(5, 5, 8, 4, 1),
	(6, 6, 10, 5, 2),
	(6, 7, 13, 5, 2);


--
-- Data for Name: missions_historicalmission_supporting_owners; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_historicalmission_supporting_owners VALUES
	(1, 1, 2, 1, 1),
	(2, 2, 2, 1, 2),
	(3, 3, 8, 4, 3),
	(4, 4, 10, 5, 2),
	(4, 5, 13, 5, 2);


--
-- Data for Name: missions_historicalorganisation; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_historicalorganisation VALUES
	(1, 'CITY', 'Willow Harbour city (invented)', '柳港市(虚构)', 'municipal', NULL, 2, 1, '2026-11-27 10:21:29.506067+00', 'load_programme', '+', NULL, NULL, NULL),
	(2, 'BANK', 'Harbour bank (invented)', '港口银行(虚构)', 'bank', NULL, 3, 2, '2026-11-27 10:21:29.51484+00', 'load_programme', '+', NULL, NULL, 2),
	(3, 'PORT', 'Port office (invented)', '港务局(虚构)', 'agency', NULL, 1, 3, '2026-11-27 10:21:29.520105+00', 'load_programme', '+', NULL, 1, 1);


--
-- Data for Name: missions_historicalreportedfigure; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_historicalreportedfigure VALUES
	(1, '2024-12-31', 'Cargo 2024', '2024年货物吞吐量', 3.5000, 'million tonnes', '', 1, '2026-11-27 10:21:30.168183+00', 'load_programme', '+', NULL, NULL, 4),
	(1, '2024-12-31', 'Cargo 2024', '2024年货物吞吐量', 3.5000, 'million tonnes', '', 2, '2026-11-27 10:21:30.180018+00', 'load_programme', '~', NULL, NULL, 4),
	(2, '2025-02-01', 'Missions of the plan', '规划任务数', 4.0000, 'missions', 'total', 3, '2026-11-27 10:21:30.197328+00', 'load_programme', '+', NULL, 1, 4),
	(2, '2025-02-01', 'Missions of the plan', '规划任务数', 4.0000, 'missions', 'total', 4, '2026-11-27 10:21:30.216163+00', 'load_programme', '~', NULL, 1, 4),
	(3, '2025-02-01', 'Missions in place', '已落地任务数', 2.0000, 'missions', 'in_place', 5, '2026-11-27 10:21:30.236165+00', 'load_programme', '+', NULL, 1, 4),
	(3, '2025-02-01', 'Missions in place', '已落地任务数', 2.0000, 'missions', 'in_place', 6, '2026-11-27 10:21:30.262382+00', 'load_programme', '~', NULL, 1, 4),
	(4, '2025-06-01', 'Missions of both documents', '两份文件任务数', 6.0000, 'missions', 'total', 7, '2026-11-27 10:21:30.274602+00', 'load_programme', '+', NULL, NULL, 4),
	(4, '2025-06-01', 'Missions of both documents', '两份文件任务数', 6.0000, 'missions', 'total', 8, '2026-11-27 10:21:30.293874+00', 'load_programme', '~', NULL, NULL, 4);


--
-- Data for Name: missions_historicalreportedfigure_covers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_historicalreportedfigure_covers VALUES
	(1, 1, 4, 1, 2),
	(2, 2, 6, 1, 3),
	(3, 3, 8, 1, 4),
	(4, 4, 8, 2, 4);


--
-- Data for Name: missions_historicalsource; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_historicalsource VALUES
	(1, 'plan', 'Willow Harbour plan (invented)', 'Willow Harbour city', '2024-03-01', 'https://example.org/plan', 'en', 1, '2026-11-27 10:21:29.431039+00', 'load_programme', '+', NULL),
	(2, 'measures', 'Green measures (invented)', 'Willow Harbour city', '2025-01-15', 'https://example.org/measures', 'en', 2, '2026-11-27 10:21:29.439628+00', 'load_programme', '+', NULL),
	(3, 'paper_2024', 'Works begin (invented)', 'The Willow Paper', '2024-06-02', 'https://example.org/works-begin', 'en', 3, '2026-11-27 10:21:29.44583+00', 'load_programme', '+', NULL),
	(4, 'paper_2025', 'Pier opens (invented)', 'The Willow Paper', NULL, 'https://example.org/pier-opens', 'en', 4, '2026-11-27 10:21:29.453769+00', 'load_programme', '+', NULL);


--
-- Data for Name: missions_historicaltheme; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_historicaltheme VALUES
	(1, 'QUAY', 'Quays', '码头', 1, 1, '2026-11-27 10:21:29.478154+00', 'load_programme', '+', NULL),
	(2, 'GREEN', 'Green harbour', '绿色港口', 2, 2, '2026-11-27 10:21:29.484115+00', 'load_programme', '+', NULL);


--
-- Data for Name: missions_instrument; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_instrument VALUES
	(1, '{"code": "WP", "notes": "", "name_en": "Willow Harbour plan (invented)", "name_zh": "柳港规划(虚构)", "position": "1", "issued_on": "2024-03-01", "issuer_en": "Willow Harbour city", "issuer_zh": "柳港市", "official_total": "4", "url_or_citation": "https://example.org/plan"}', 'WP', 'Willow Harbour plan (invented)', '柳港规划(虚构)', 'Willow Harbour city', '柳港市', '2024-03-01', 4, 'https://example.org/plan', '', 1),
	(2, '{"code": "WG", "notes": "Invented for tests.", "name_en": "Green measures (invented)", "name_zh": "绿色措施(虚构)", "position": "2", "issued_on": "2025-01-15", "issuer_en": "Willow Harbour city", "issuer_zh": "柳港市", "official_total": "2", "url_or_citation": "City gazette 3/2025"}', 'WG', 'Green measures (invented)', '绿色措施(虚构)', 'Willow Harbour city', '柳港市', '2025-01-15', 2, 'City gazette 3/2025', 'Invented for tests.', 2);


--
-- Data for Name: missions_membership; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_membership VALUES
	(1, 'coordinator', 1, NULL);


--
-- Data for Name: missions_mission; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_mission VALUES
	(1, '{"due": "2025-12-31", "code": "WP-1", "kind": "project", "areas": ["NORTH"], "theme": "QUAY", "clause": "Part 1", "number": "1", "title_en": "Open the north pier", "title_zh": "北栈桥开放", "instrument": "WP", "lead_owner": "PORT", "provenance": "official", "source_keys": ["plan"], "description_en": "A pier on the north quay.", "description_zh": "北码头栈桥。", "supporting_owners": ["BANK", "CITY"]}', 'WP-1', 1, 'project', 'Open the north pier', '北栈桥开放', 'A pier on the north quay.', '北码头栈桥。', 'Part 1', 'official', 'completed', '2025-02-01', '2025-12-31', 'wp-1
open the north pier
北栈桥开放
a pier on the north quay.
北码头栈桥。', 1, 3, 1),
	(2, '{"due": "2030-12-31", "code": "WP-2", "kind": "project", "areas": ["NORTH", "SOUTH"], "theme": "QUAY", "clause": "Part 1", "number": "2", "title_en": "Deepen the basin", "title_zh": "港池加深", "instrument": "WP", "lead_owner": "PORT", "provenance": "official", "source_keys": ["paper_2024", "plan"], "description_en": "Deepen the basin\nto twelve metres.", "description_zh": "港池加深至12米。", "supporting_owners": []}', 'WP-2', 2, 'project', 'Deepen the basin', '港池加深', 'Deepen the basin
to twelve metres.', '港池加深至12米。', 'Part 1', 'official', 'in_progress', '2024-03-01', '2030-12-31', 'wp-2
deepen the basin
港池加深
deepen the basin
to twelve metres.
港池加深至12米。', 1, 3, 1),
	(3, '{"due": "", "code": "WP-3", "kind": "policy", "areas": ["ALL"], "theme": "QUAY", "clause": "Part 2", "number": "3", "title_en": "One form for ship papers", "title_zh": "船舶单证一表通办", "instrument": "WP", "lead_owner": "CITY", "provenance": "editorial-split", "source_keys": ["plan"], "description_en": "", "description_zh": "", "supporting_owners": []}', 'WP-3', 3, 'policy', 'One form for ship papers', '船舶单证一表通办', '', '', 'Part 2', 'editorial-split', 'unreported', '2024-03-01', NULL, 'wp-3
one form for ship papers
船舶单证一表通办

', 1, 1, 1),
	(4, '{"due": "", "code": "WP-4", "kind": "platform", "areas": ["ALL"], "theme": "QUAY", "clause": "", "number": "4", "title_en": "Harbour data exchange", "title_zh": "港口数据交换平台", "instrument": "WP", "lead_owner": "CITY", "provenance": "editorial-split", "source_keys": ["plan"], "description_en": "", "description_zh": "", "supporting_owners": ["PORT"]}', 'WP-4', 4, 'platform', 'Harbour data exchange', '港口数据交换平台', '', '', '', 'editorial-split', 'unreported', '2024-03-01', NULL, 'wp-4
harbour data exchange
港口数据交换平台

', 1, 1, 1),
	(6, '{"due": "", "code": "WG-2", "kind": "other", "areas": ["ALL"], "theme": "GREEN", "clause": "", "number": "2", "title_en": "Plant a thousand willows", "title_zh": "植柳千株", "instrument": "WG", "lead_owner": "CITY", "provenance": "not-obtained", "source_keys": [], "description_en": "", "description_zh": "", "supporting_owners": []}', 'WG-2', 2, 'other', 'Plant a thousand willows', '植柳千株', '', '', '', 'not-obtained', 'unreported', '2025-01-15', NULL, 'wg-2
plant a thousand willows
植柳千株

', 2, 1, 2),
	(5, '{"due": "", "code": "WG-1", "kind": "policy", "areas": ["NORTH", "SOUTH"], "theme": "GREEN", "clause": "", "number": "1", "title_en": "Shore power for every berth", "title_zh": "泊位岸电全覆盖", "instrument": "WG", "lead_owner": "PORT", "provenance": "unpublished", "source_keys": ["measures"], "description_en": "", "description_zh": "", "supporting_owners": ["BANK"]}', 'WG-1', 1, 'policy', 'Shore power for every berth (renamed)', '泊位岸电全覆盖', '', '', '', 'unpublished', 'completed', '2026-11-02', NULL, 'wg-1
shore power for every berth (renamed)
泊位岸电全覆盖

', 2, 3, 2);


--
-- Data for Name: missions_mission_areas; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_mission_areas VALUES
	(1, 1, 2),
	(2, 2, 2),
	(3, 2, 3),
	(4, 3, 1),
	(5, 4, 1),
	(6, 5, 2),
	(7, 5, 3),
	(8, 6, 1);


--
-- Data for Name: missions_mission_sources; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_mission_sources VALUES
	(1, 1, 1),
	(2, 2, 1),
	(3, 2, 3),
	(4, 3, 1),
	(5, 4, 1),
	(6, 5, 2);


--
-- Data for Name: missions_mission_supporting_owners; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_mission_supporting_owners VALUES
	(1, 1, 1),
	(2, 1, 2),
	(3, 4, 3),
	(4, 5, 2);


--
-- Data for Name: missions_organisation; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_organisation VALUES
	(1, '{"code": "CITY", "level": "municipal", "source": "by remit, not stated in a source", "name_en": "Willow Harbour city (invented)", "name_zh": "柳港市(虚构)", "position": "2", "parent_code": ""}', 'CITY', 'Willow Harbour city (invented)', '柳港市(虚构)', 'municipal', NULL, 2, NULL, NULL),
	(2, '{"code": "BANK", "level": "bank", "source": "measures", "name_en": "Harbour bank (invented)", "name_zh": "港口银行(虚构)", "position": "3", "parent_code": ""}', 'BANK', 'Harbour bank (invented)', '港口银行(虚构)', 'bank', NULL, 3, NULL, 2),
	(3, '{"code": "PORT", "level": "agency", "source": "plan", "name_en": "Port office (invented)", "name_zh": "港务局(虚构)", "position": "1", "parent_code": "CITY"}', 'PORT', 'Port office (invented)', '港务局(虚构)', 'agency', NULL, 1, 1, 1);


--
-- Data for Name: missions_reportedfigure; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_reportedfigure VALUES
	(1, '{"unit": "million tonnes", "as_of": "2024-12-31", "value": "3.5", "covers": [], "measure": "", "instrument": "hub", "source_key": "paper_2025", "indicator_en": "Cargo 2024", "indicator_zh": "2024年货物吞吐量"}', '2024-12-31', 'Cargo 2024', '2024年货物吞吐量', 3.5000, 'million tonnes', '', NULL, 4),
	(2, '{"unit": "missions", "as_of": "2025-02-01", "value": "4", "covers": ["WP"], "measure": "total", "instrument": "WP", "source_key": "paper_2025", "indicator_en": "Missions of the plan", "indicator_zh": "规划任务数"}', '2025-02-01', 'Missions of the plan', '规划任务数', 4.0000, 'missions', 'total', 1, 4),
	(3, '{"unit": "missions", "as_of": "2025-02-01", "value": "2", "covers": ["WP"], "measure": "in_place", "instrument": "WP", "source_key": "paper_2025", "indicator_en": "Missions in place", "indicator_zh": "已落地任务数"}', '2025-02-01', 'Missions in place', '已落地任务数', 2.0000, 'missions', 'in_place', 1, 4),
	(4, '{"unit": "missions", "as_of": "2025-06-01", "value": "6", "covers": ["WG", "WP"], "measure": "total", "instrument": "hub", "source_key": "paper_2025", "indicator_en": "Missions of both documents", "indicator_zh": "两份文件任务数"}', '2025-06-01', 'Missions of both documents', '两份文件任务数', 6.0000, 'missions', 'total', NULL, 4);


--
-- Data for Name: missions_reportedfigure_covers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_reportedfigure_covers VALUES
	(1, 2, 1),
	(2, 3, 1),
	(3, 4, 1),
	(4, 4, 2);


--
-- Data for Name: missions_source; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_source VALUES
	(1, '{"key": "plan", "url": "https://example.org/plan", "title": "Willow Harbour plan (invented)", "language": "en", "publisher": "Willow Harbour city", "published_on": "2024-03-01"}', 'plan', 'Willow Harbour plan (invented)', 'Willow Harbour city', '2024-03-01', 'https://example.org/plan', 'en'),
	(2, '{"key": "measures", "url": "https://example.org/measures", "title": "Green measures (invented)", "language": "en", "publisher": "Willow Harbour city", "published_on": "2025-01-15"}', 'measures', 'Green measures (invented)', 'Willow Harbour city', '2025-01-15', 'https://example.org/measures', 'en'),
	(3, '{"key": "paper_2024", "url": "https://example.org/works-begin", "title": "Works begin (invented)", "language": "en", "publisher": "The Willow Paper", "published_on": "2024-06-02"}', 'paper_2024', 'Works begin (invented)', 'The Willow Paper', '2024-06-02', 'https://example.org/works-begin', 'en'),
	(4, '{"key": "paper_2025", "url": "https://example.org/pier-opens", "title": "Pier opens (invented)", "language": "en", "publisher": "The Willow Paper", "published_on": ""}', 'paper_2025', 'Pier opens (invented)', 'The Willow Paper', NULL, 'https://example.org/pier-opens', 'en');


--
-- Data for Name: missions_statuschange; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_statuschange VALUES
	(1, 'opening', 'unreported', NULL, '2025-12-31', '2024-03-01', '2026-11-27 10:21:30.344303+00', 'document', '', '', '0000000000000000000000000000000000000000000000000000000000000000', '479d29248d8adc3d11d62de26d6d35562301c976bdd7ac8a18a3666417977405', true, true, NULL, 1, NULL),
	(2, 'opening', 'unreported', NULL, '2030-12-31', '2024-03-01', '2026-11-27 10:21:30.344303+00', 'document', '', '', '479d29248d8adc3d11d62de26d6d35562301c976bdd7ac8a18a3666417977405', 'd7b58ac6ad80ec0ba1efd15f12e209e615c38f00cfabadb3a39aff7f1ded86c4', true, true, NULL, 2, NULL),
	(3, 'opening', 'unreported', NULL, NULL, '2024-03-01', '2026-11-27 10:21:30.344303+00', 'document', '', '', 'd7b58ac6ad80ec0ba1efd15f12e209e615c38f00cfabadb3a39aff7f1ded86c4', '457f9b2c4818eaeb044c6621852b4a598bd00a24e717ea3c598c1884446442cf', true, true, NULL, 3, NULL),
	(4, 'opening', 'unreported', NULL, NULL, '2024-03-01', '2026-11-27 10:21:30.344303+00', 'document', '', '', '457f9b2c4818eaeb044c6621852b4a598bd00a24e717ea3c598c1884446442cf', '9441da2ae0f714c22cf1753423e804886812b2269001434c729d87a836fdae1b', true, true, NULL, 4, NULL),
	(5, 'opening', 'unreported', NULL, NULL, '2025-01-15', '2026-11-27 10:21:30.344303+00', 'document', '', '', '9441da2ae0f714c22cf1753423e804886812b2269001434c729d87a836fdae1b', '0e7c0a88f98a7a8ace07a96d905c365ff7240d1c55e4630bbbbfe6367a59267e', true, true, NULL, 5, NULL),
	(6, 'opening', 'unreported', NULL, NULL, '2025-01-15', '2026-11-27 10:21:30.344303+00', 'document', '', '', '0e7c0a88f98a7a8ace07a96d905c365ff7240d1c55e4630bbbbfe6367a59267e', '382bc5f256fe960889f6a0de8c89e66f3c1d7fcd69214a7a94bc82df2c38a1ed', true, true, NULL, 6, NULL),
	(7, 'report', 'in_progress', 'unreported', NULL, '2024-06-01', '2026-11-27 10:21:30.344303+00', 'document', 'Works on the pier begin', '栈桥开工', '382bc5f256fe960889f6a0de8c89e66f3c1d7fcd69214a7a94bc82df2c38a1ed', 'a51f5fbe1e6b0b160aa676ef88b3017f66a843b341587e764963edd0f140724b', true, false, NULL, 1, NULL),
	(8, 'report', 'completed', 'in_progress', NULL, '2025-02-01', '2026-11-27 10:21:30.344303+00', 'document', 'The pier opens, a month early', '栈桥提前一个月开放', 'a51f5fbe1e6b0b160aa676ef88b3017f66a843b341587e764963edd0f140724b', '2fb778fcd7371f88d2200d3807da232d2addd2287bc49cfb5e2f9662633abb22', true, false, NULL, 1, NULL),
	(9, 'report', 'in_progress', 'unreported', NULL, '2024-03-01', '2026-11-27 10:21:30.344303+00', 'document', 'Soundings in the basin', '港池测深', '2fb778fcd7371f88d2200d3807da232d2addd2287bc49cfb5e2f9662633abb22', '22e4c9e996a25d8b1dbbd96fd0492ce3711b851aff759a102f54c1a71d91fc6c', true, false, NULL, 2, NULL),
	(10, 'report', 'not_started', 'unreported', NULL, '2025-03-10', '2026-11-27 10:21:30.344303+00', 'document', 'Berths are counted', '清点泊位', '22e4c9e996a25d8b1dbbd96fd0492ce3711b851aff759a102f54c1a71d91fc6c', 'b0b155d0284ee05334d846a4e80bd2a1067cc77476ad828948f0fa668041d79b', true, false, NULL, 5, NULL),
	(11, 'report', 'in_progress', 'not_started', NULL, '2025-06-01', '2026-11-27 10:21:30.344303+00', 'document', 'First berth has shore power', '首个泊位通岸电', 'b0b155d0284ee05334d846a4e80bd2a1067cc77476ad828948f0fa668041d79b', '62ed6491c1fb7ba34efca1f17df7b37cac9f96634ec10b02b92962b6f2cf1765', true, false, NULL, 5, NULL),
	(12, 'report', 'paused', 'in_progress', NULL, '2026-11-01', '2026-11-27 10:21:31.852143+00', 'document', 'Halted', '暂停', '62ed6491c1fb7ba34efca1f17df7b37cac9f96634ec10b02b92962b6f2cf1765', '8743522215ebec324b50133ab6240cf478451f871d52b15c6604d14e40e9a45e', true, false, NULL, 5, 1),
	(13, 'correction', 'completed', 'paused', NULL, '2026-11-02', '2026-11-27 10:21:31.966335+00', 'document', 'Done', '未暂停', '8743522215ebec324b50133ab6240cf478451f871d52b15c6604d14e40e9a45e', 'e8459a1cdda25a99264a2241d0ae33b4cb93211338e1f30ee3369e47667d6c87', true, false, 12, 5, 1);


--
-- Data for Name: missions_theme; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_theme VALUES
	(1, '{"code": "QUAY", "name_en": "Quays", "name_zh": "码头", "position": "1"}', 'QUAY', 'Quays', '码头', 1),
	(2, '{"code": "GREEN", "name_en": "Green harbour", "name_zh": "绿色港口", "position": "2"}', 'GREEN', 'Green harbour', '绿色港口', 2);


--
-- Data for Name: missions_user; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.missions_user VALUES
	(1, '!', NULL, 'official', 'An official', 'official@example.org', true, true);


--
-- Name: auth_group_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.auth_group_id_seq', 1, false);


--
-- Name: auth_group_permissions_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.auth_group_permissions_id_seq', 1, false);


--
-- Name: auth_permission_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.auth_permission_id_seq', 112, true);


--
-- Name: django_admin_log_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.django_admin_log_id_seq', 1, false);


--
-- Name: django_content_type_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.django_content_type_id_seq', 28, true);


--
-- Name: django_migrations_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.django_migrations_id_seq', 20, true);


--
-- Name: missions_area_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_area_id_seq', 3, true);


--
-- Name: missions_evidence_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_evidence_id_seq', 7, true);


--
-- Name: missions_head_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_head_id_seq', 1, false);


--
-- Name: missions_historicalarea_history_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_historicalarea_history_id_seq', 3, true);


--
-- Name: missions_historicalinstrument_history_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_historicalinstrument_history_id_seq', 2, true);


--
-- Name: missions_historicalmission_areas_m2m_history_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_historicalmission_areas_m2m_history_id_seq', 10, true);


--
-- Name: missions_historicalmission_history_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_historicalmission_history_id_seq', 13, true);


--
-- Name: missions_historicalmission_sources_m2m_history_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_historicalmission_sources_m2m_history_id_seq', 7, true);


--
-- Name: missions_historicalmission_supporting_owners_m2m_history_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_historicalmission_supporting_owners_m2m_history_id_seq', 5, true);


--
-- Name: missions_historicalorganisation_history_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_historicalorganisation_history_id_seq', 3, true);


--
-- Name: missions_historicalreportedfigure_covers_m2m_history_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_historicalreportedfigure_covers_m2m_history_id_seq', 4, true);


--
-- Name: missions_historicalreportedfigure_history_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_historicalreportedfigure_history_id_seq', 8, true);


--
-- Name: missions_historicalsource_history_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_historicalsource_history_id_seq', 4, true);


--
-- Name: missions_historicaltheme_history_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_historicaltheme_history_id_seq', 2, true);


--
-- Name: missions_instrument_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_instrument_id_seq', 2, true);


--
-- Name: missions_membership_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_membership_id_seq', 1, true);


--
-- Name: missions_mission_areas_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_mission_areas_id_seq', 8, true);


--
-- Name: missions_mission_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_mission_id_seq', 6, true);


--
-- Name: missions_mission_sources_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_mission_sources_id_seq', 6, true);


--
-- Name: missions_mission_supporting_owners_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_mission_supporting_owners_id_seq', 4, true);


--
-- Name: missions_organisation_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_organisation_id_seq', 3, true);


--
-- Name: missions_reportedfigure_covers_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_reportedfigure_covers_id_seq', 4, true);


--
-- Name: missions_reportedfigure_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_reportedfigure_id_seq', 4, true);


--
-- Name: missions_source_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_source_id_seq', 4, true);


--
-- Name: missions_theme_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_theme_id_seq', 2, true);


--
-- Name: missions_user_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.missions_user_id_seq', 1, true);


--
-- Name: auth_group auth_group_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);


--
-- Name: auth_group_permissions auth_group_permissions_group_id_permission_id_0cd325b0_uniq; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);


--
-- Name: auth_group_permissions auth_group_permissions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);


--
-- Name: auth_group auth_group_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);


--
-- Name: auth_permission auth_permission_content_type_id_codename_01ab375a_uniq; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);


--
-- Name: auth_permission auth_permission_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);


--
-- Name: django_admin_log django_admin_log_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_pkey PRIMARY KEY (id);


--
-- Name: django_content_type django_content_type_app_label_model_76bd3d3b_uniq; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);


--
-- Name: django_content_type django_content_type_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);


--
-- Name: django_migrations django_migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);


--
-- Name: django_session django_session_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);


--
-- Name: missions_reportedfigure figure_once_an_instrument; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_reportedfigure
    ADD CONSTRAINT figure_once_an_instrument UNIQUE (as_of, instrument_id, indicator_en, source_id);


--
-- Name: missions_membership membership_once_an_organisation; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_membership
    ADD CONSTRAINT membership_once_an_organisation UNIQUE (user_id, role, organisation_id);


--
-- Name: missions_mission mission_number_once_an_instrument; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_mission
    ADD CONSTRAINT mission_number_once_an_instrument UNIQUE (instrument_id, number);


--
-- Name: missions_area missions_area_code_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_area
    ADD CONSTRAINT missions_area_code_key UNIQUE (code);


--
-- Name: missions_area missions_area_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_area
    ADD CONSTRAINT missions_area_pkey PRIMARY KEY (id);


--
-- Name: missions_evidence missions_evidence_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_evidence
    ADD CONSTRAINT missions_evidence_pkey PRIMARY KEY (id);


--
-- Name: missions_head missions_head_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_head
    ADD CONSTRAINT missions_head_pkey PRIMARY KEY (id);


--
-- Name: missions_historicalarea missions_historicalarea_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_historicalarea
    ADD CONSTRAINT missions_historicalarea_pkey PRIMARY KEY (history_id);


--
-- Name: missions_historicalinstrument missions_historicalinstrument_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_historicalinstrument
    ADD CONSTRAINT missions_historicalinstrument_pkey PRIMARY KEY (history_id);


--
-- Name: missions_historicalmission_areas missions_historicalmission_areas_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_historicalmission_areas
    ADD CONSTRAINT missions_historicalmission_areas_pkey PRIMARY KEY (m2m_history_id);


--
-- Name: missions_historicalmission missions_historicalmission_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_historicalmission
    ADD CONSTRAINT missions_historicalmission_pkey PRIMARY KEY (history_id);


--
-- Name: missions_historicalmission_sources missions_historicalmission_sources_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_historicalmission_sources
    ADD CONSTRAINT missions_historicalmission_sources_pkey PRIMARY KEY (m2m_history_id);


--
-- Name: missions_historicalmission_supporting_owners missions_historicalmission_supporting_owners_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_historicalmission_supporting_owners
    ADD CONSTRAINT missions_historicalmission_supporting_owners_pkey PRIMARY KEY (m2m_history_id);


--
-- Name: missions_historicalorganisation missions_historicalorganisation_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_historicalorganisation
    ADD CONSTRAINT missions_historicalorganisation_pkey PRIMARY KEY (history_id);


--
-- Name: missions_historicalreportedfigure_covers missions_historicalreportedfigure_covers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_historicalreportedfigure_covers
    ADD CONSTRAINT missions_historicalreportedfigure_covers_pkey PRIMARY KEY (m2m_history_id);


--
-- Name: missions_historicalreportedfigure missions_historicalreportedfigure_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_historicalreportedfigure
    ADD CONSTRAINT missions_historicalreportedfigure_pkey PRIMARY KEY (history_id);


--
-- Name: missions_historicalsource missions_historicalsource_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_historicalsource
    ADD CONSTRAINT missions_historicalsource_pkey PRIMARY KEY (history_id);


--
-- Name: missions_historicaltheme missions_historicaltheme_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_historicaltheme
    ADD CONSTRAINT missions_historicaltheme_pkey PRIMARY KEY (history_id);


--
-- Name: missions_instrument missions_instrument_code_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_instrument
    ADD CONSTRAINT missions_instrument_code_key UNIQUE (code);


--
-- Name: missions_instrument missions_instrument_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_instrument
    ADD CONSTRAINT missions_instrument_pkey PRIMARY KEY (id);


--
-- Name: missions_membership missions_membership_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_membership
    ADD CONSTRAINT missions_membership_pkey PRIMARY KEY (id);


--
-- Name: missions_mission_areas missions_mission_areas_mission_id_area_id_abaff9b0_uniq; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_mission_areas
    ADD CONSTRAINT missions_mission_areas_mission_id_area_id_abaff9b0_uniq UNIQUE (mission_id, area_id);


--
-- Name: missions_mission_areas missions_mission_areas_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_mission_areas
    ADD CONSTRAINT missions_mission_areas_pkey PRIMARY KEY (id);


--
-- Name: missions_mission missions_mission_code_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_mission
    ADD CONSTRAINT missions_mission_code_key UNIQUE (code);


--
-- Name: missions_mission missions_mission_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_mission
    ADD CONSTRAINT missions_mission_pkey PRIMARY KEY (id);


--
-- Name: missions_mission_sources missions_mission_sources_mission_id_source_id_f7ef275d_uniq; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_mission_sources
    ADD CONSTRAINT missions_mission_sources_mission_id_source_id_f7ef275d_uniq UNIQUE (mission_id, source_id);


--
-- Name: missions_mission_sources missions_mission_sources_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_mission_sources
    ADD CONSTRAINT missions_mission_sources_pkey PRIMARY KEY (id);


--
-- Name: missions_mission_supporting_owners missions_mission_support_mission_id_organisation__acb6791e_uniq; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_mission_supporting_owners
    ADD CONSTRAINT missions_mission_support_mission_id_organisation__acb6791e_uniq UNIQUE (mission_id, organisation_id);


--
-- Name: missions_mission_supporting_owners missions_mission_supporting_owners_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_mission_supporting_owners
    ADD CONSTRAINT missions_mission_supporting_owners_pkey PRIMARY KEY (id);


--
-- Name: missions_organisation missions_organisation_code_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_organisation
    ADD CONSTRAINT missions_organisation_code_key UNIQUE (code);


--
-- Name: missions_organisation missions_organisation_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_organisation
    ADD CONSTRAINT missions_organisation_pkey PRIMARY KEY (id);


--
-- Name: missions_reportedfigure_covers missions_reportedfigure__reportedfigure_id_instru_cdab7acf_uniq; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_reportedfigure_covers
    ADD CONSTRAINT missions_reportedfigure__reportedfigure_id_instru_cdab7acf_uniq UNIQUE (reportedfigure_id, instrument_id);


--
-- Name: missions_reportedfigure_covers missions_reportedfigure_covers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_reportedfigure_covers
    ADD CONSTRAINT missions_reportedfigure_covers_pkey PRIMARY KEY (id);


--
-- Name: missions_reportedfigure missions_reportedfigure_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_reportedfigure
    ADD CONSTRAINT missions_reportedfigure_pkey PRIMARY KEY (id);


--
-- Name: missions_source missions_source_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_source
    ADD CONSTRAINT missions_source_key_key UNIQUE (key);


--
-- Name: missions_source missions_source_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_source
    ADD CONSTRAINT missions_source_pkey PRIMARY KEY (id);


--
-- Name: missions_statuschange missions_statuschange_corrects_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_statuschange
    ADD CONSTRAINT missions_statuschange_corrects_id_key UNIQUE (corrects_id);


--
-- Name: missions_statuschange missions_statuschange_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_statuschange
    ADD CONSTRAINT missions_statuschange_hash_key UNIQUE (hash);


--
-- Name: missions_statuschange missions_statuschange_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_statuschange
    ADD CONSTRAINT missions_statuschange_pkey PRIMARY KEY (id);


--
-- Name: missions_statuschange missions_statuschange_prev_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_statuschange
    ADD CONSTRAINT missions_statuschange_prev_hash_key UNIQUE (prev_hash);


--
-- Name: missions_theme missions_theme_code_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_theme
    ADD CONSTRAINT missions_theme_code_key UNIQUE (code);


--
-- Name: missions_theme missions_theme_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_theme
    ADD CONSTRAINT missions_theme_pkey PRIMARY KEY (id);


--
-- Name: missions_user missions_user_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_user
    ADD CONSTRAINT missions_user_pkey PRIMARY KEY (id);


--
-- Name: missions_user missions_user_username_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_user
    ADD CONSTRAINT missions_user_username_key UNIQUE (username);


--
-- Name: auth_group_name_a6ea08ec_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);


--
-- Name: auth_group_permissions_group_id_b120cbf9; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);


--
-- Name: auth_group_permissions_permission_id_84c5c92e; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);


--
-- Name: auth_permission_content_type_id_2f476e4b; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);


--
-- Name: change_one_opening_a_mission; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX change_one_opening_a_mission ON public.missions_statuschange USING btree (mission_id) WHERE ((kind)::text = 'opening'::text);


--
-- Name: change_recorded_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX change_recorded_at ON public.missions_statuschange USING btree (recorded_at);


--
-- Name: django_admin_log_content_type_id_c4bce8eb; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX django_admin_log_content_type_id_c4bce8eb ON public.django_admin_log USING btree (content_type_id);


--
-- Name: django_admin_log_user_id_c564eba6; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX django_admin_log_user_id_c564eba6 ON public.django_admin_log USING btree (user_id);


--
-- Name: django_session_expire_date_a5c62663; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);


--
-- Name: django_session_session_key_c0390e0f_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);


--
-- Name: figure_once; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX figure_once ON public.missions_reportedfigure USING btree (as_of, indicator_en, source_id) WHERE (instrument_id IS NULL);


--
-- Name: membership_once; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX membership_once ON public.missions_membership USING btree (user_id, role) WHERE (organisation_id IS NULL);


--
-- Name: missions_area_code_73662d0a_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_area_code_73662d0a_like ON public.missions_area USING btree (code varchar_pattern_ops);


--
-- Name: missions_evidence_change_id_cbac8d8b; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_evidence_change_id_cbac8d8b ON public.missions_evidence USING btree (change_id);


--
-- Name: missions_evidence_source_id_ad00f746; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_evidence_source_id_ad00f746 ON public.missions_evidence USING btree (source_id);


--
-- Name: missions_historicalarea_code_be67a543; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalarea_code_be67a543 ON public.missions_historicalarea USING btree (code);


--
-- Name: missions_historicalarea_code_be67a543_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalarea_code_be67a543_like ON public.missions_historicalarea USING btree (code varchar_pattern_ops);


--
-- Name: missions_historicalarea_history_date_d76134bd; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalarea_history_date_d76134bd ON public.missions_historicalarea USING btree (history_date);


--
-- Name: missions_historicalarea_history_user_id_c6176255; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalarea_history_user_id_c6176255 ON public.missions_historicalarea USING btree (history_user_id);


--
-- Name: missions_historicalarea_id_82b50be2; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalarea_id_82b50be2 ON public.missions_historicalarea USING btree (id);


--
-- Name: missions_historicalinstrument_code_e0b1617e; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalinstrument_code_e0b1617e ON public.missions_historicalinstrument USING btree (code);


--
-- Name: missions_historicalinstrument_code_e0b1617e_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalinstrument_code_e0b1617e_like ON public.missions_historicalinstrument USING btree (code varchar_pattern_ops);


--
-- Name: missions_historicalinstrument_history_date_7ea958ec; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalinstrument_history_date_7ea958ec ON public.missions_historicalinstrument USING btree (history_date);


--
-- Name: missions_historicalinstrument_history_user_id_6e151cd0; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalinstrument_history_user_id_6e151cd0 ON public.missions_historicalinstrument USING btree (history_user_id);


--
-- Name: missions_historicalinstrument_id_3f422aaf; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalinstrument_id_3f422aaf ON public.missions_historicalinstrument USING btree (id);


--
-- Name: missions_historicalmission_areas_area_id_3e05f09d; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalmission_areas_area_id_3e05f09d ON public.missions_historicalmission_areas USING btree (area_id);


--
-- Name: missions_historicalmission_areas_history_id_7a34349f; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalmission_areas_history_id_7a34349f ON public.missions_historicalmission_areas USING btree (history_id);


--
-- Name: missions_historicalmission_areas_id_4289218b; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalmission_areas_id_4289218b ON public.missions_historicalmission_areas USING btree (id);


--
-- Name: missions_historicalmission_areas_mission_id_643e5f78; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalmission_areas_mission_id_643e5f78 ON public.missions_historicalmission_areas USING btree (mission_id);


--
-- Name: missions_historicalmission_code_2f43a3fb; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalmission_code_2f43a3fb ON public.missions_historicalmission USING btree (code);


--
-- Name: missions_historicalmission_code_2f43a3fb_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalmission_code_2f43a3fb_like ON public.missions_historicalmission USING btree (code varchar_pattern_ops);


--
-- Name: missions_historicalmission_history_date_7705f765; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalmission_history_date_7705f765 ON public.missions_historicalmission USING btree (history_date);


--
-- Name: missions_historicalmission_history_id_b4814a6f; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalmission_history_id_b4814a6f ON public.missions_historicalmission_supporting_owners USING btree (history_id);


--
-- Name: missions_historicalmission_history_user_id_9e62e733; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalmission_history_user_id_9e62e733 ON public.missions_historicalmission USING btree (history_user_id);


--
-- Name: missions_historicalmission_id_7bff3995; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalmission_id_7bff3995 ON public.missions_historicalmission USING btree (id);


--
-- Name: missions_historicalmission_instrument_id_28d27821; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalmission_instrument_id_28d27821 ON public.missions_historicalmission USING btree (instrument_id);


--
-- Name: missions_historicalmission_lead_owner_id_0f43201c; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalmission_lead_owner_id_0f43201c ON public.missions_historicalmission USING btree (lead_owner_id);


--
-- Name: missions_historicalmission_mission_id_7d8d9354; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalmission_mission_id_7d8d9354 ON public.missions_historicalmission_supporting_owners USING btree (mission_id);


--
-- Name: missions_historicalmission_organisation_id_4d7a4a26; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalmission_organisation_id_4d7a4a26 ON public.missions_historicalmission_supporting_owners USING btree (organisation_id);


--
-- Name: missions_historicalmission_sources_history_id_faefd06f; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalmission_sources_history_id_faefd06f ON public.missions_historicalmission_sources USING btree (history_id);


--
-- Name: missions_historicalmission_sources_id_276544b0; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalmission_sources_id_276544b0 ON public.missions_historicalmission_sources USING btree (id);


--
-- Name: missions_historicalmission_sources_mission_id_8411d940; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalmission_sources_mission_id_8411d940 ON public.missions_historicalmission_sources USING btree (mission_id);


--
-- Name: missions_historicalmission_sources_source_id_62d749aa; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalmission_sources_source_id_62d749aa ON public.missions_historicalmission_sources USING btree (source_id);


--
-- Name: missions_historicalmission_supporting_owners_id_8b24b11e; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalmission_supporting_owners_id_8b24b11e ON public.missions_historicalmission_supporting_owners USING btree (id);


--
-- Name: missions_historicalmission_theme_id_c621d0fa; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalmission_theme_id_c621d0fa ON public.missions_historicalmission USING btree (theme_id);


--
-- Name: missions_historicalorganisation_code_393db498; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalorganisation_code_393db498 ON public.missions_historicalorganisation USING btree (code);


--
-- Name: missions_historicalorganisation_code_393db498_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalorganisation_code_393db498_like ON public.missions_historicalorganisation USING btree (code varchar_pattern_ops);


--
-- Name: missions_historicalorganisation_history_date_23ba850b; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalorganisation_history_date_23ba850b ON public.missions_historicalorganisation USING btree (history_date);


--
-- Name: missions_historicalorganisation_history_user_id_7ad0064b; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalorganisation_history_user_id_7ad0064b ON public.missions_historicalorganisation USING btree (history_user_id);


--
-- Name: missions_historicalorganisation_id_36c64984; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalorganisation_id_36c64984 ON public.missions_historicalorganisation USING btree (id);


--
-- Name: missions_historicalorganisation_parent_id_7caa7752; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalorganisation_parent_id_7caa7752 ON public.missions_historicalorganisation USING btree (parent_id);


--
-- Name: missions_historicalorganisation_source_id_8c40319c; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalorganisation_source_id_8c40319c ON public.missions_historicalorganisation USING btree (source_id);


--
-- Name: missions_historicalreporte_reportedfigure_id_2032e70a; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalreporte_reportedfigure_id_2032e70a ON public.missions_historicalreportedfigure_covers USING btree (reportedfigure_id);


--
-- Name: missions_historicalreportedfigure_covers_history_id_0bed2538; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalreportedfigure_covers_history_id_0bed2538 ON public.missions_historicalreportedfigure_covers USING btree (history_id);


--
-- Name: missions_historicalreportedfigure_covers_id_537ebd87; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalreportedfigure_covers_id_537ebd87 ON public.missions_historicalreportedfigure_covers USING btree (id);


--
-- Name: missions_historicalreportedfigure_covers_instrument_id_31730ce0; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalreportedfigure_covers_instrument_id_31730ce0 ON public.missions_historicalreportedfigure_covers USING btree (instrument_id);


--
-- Name: missions_historicalreportedfigure_history_date_0eb751cf; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalreportedfigure_history_date_0eb751cf ON public.missions_historicalreportedfigure USING btree (history_date);


--
-- Name: missions_historicalreportedfigure_history_user_id_7137bbed; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalreportedfigure_history_user_id_7137bbed ON public.missions_historicalreportedfigure USING btree (history_user_id);


--
-- Name: missions_historicalreportedfigure_id_e750cf23; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalreportedfigure_id_e750cf23 ON public.missions_historicalreportedfigure USING btree (id);


--
-- Name: missions_historicalreportedfigure_instrument_id_a436317d; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalreportedfigure_instrument_id_a436317d ON public.missions_historicalreportedfigure USING btree (instrument_id);


--
-- Name: missions_historicalreportedfigure_source_id_e3b07205; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalreportedfigure_source_id_e3b07205 ON public.missions_historicalreportedfigure USING btree (source_id);


--
-- Name: missions_historicalsource_history_date_11ec8803; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalsource_history_date_11ec8803 ON public.missions_historicalsource USING btree (history_date);


--
-- Name: missions_historicalsource_history_user_id_bb6d71f3; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalsource_history_user_id_bb6d71f3 ON public.missions_historicalsource USING btree (history_user_id);


--
-- Name: missions_historicalsource_id_eef6b941; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalsource_id_eef6b941 ON public.missions_historicalsource USING btree (id);


--
-- Name: missions_historicalsource_key_55bd532b; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalsource_key_55bd532b ON public.missions_historicalsource USING btree (key);


--
-- Name: missions_historicalsource_key_55bd532b_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicalsource_key_55bd532b_like ON public.missions_historicalsource USING btree (key varchar_pattern_ops);


--
-- Name: missions_historicaltheme_code_c37cf519; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicaltheme_code_c37cf519 ON public.missions_historicaltheme USING btree (code);


--
-- Name: missions_historicaltheme_code_c37cf519_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicaltheme_code_c37cf519_like ON public.missions_historicaltheme USING btree (code varchar_pattern_ops);


--
-- Name: missions_historicaltheme_history_date_b0033f91; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicaltheme_history_date_b0033f91 ON public.missions_historicaltheme USING btree (history_date);


--
-- Name: missions_historicaltheme_history_user_id_8083e5d1; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicaltheme_history_user_id_8083e5d1 ON public.missions_historicaltheme USING btree (history_user_id);


--
-- Name: missions_historicaltheme_id_64df44c2; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_historicaltheme_id_64df44c2 ON public.missions_historicaltheme USING btree (id);


--
-- Name: missions_instrument_code_fc21aaa6_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_instrument_code_fc21aaa6_like ON public.missions_instrument USING btree (code varchar_pattern_ops);


--
-- Name: missions_membership_organisation_id_1f798a33; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_membership_organisation_id_1f798a33 ON public.missions_membership USING btree (organisation_id);


--
-- Name: missions_membership_user_id_07c3e666; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_membership_user_id_07c3e666 ON public.missions_membership USING btree (user_id);


--
-- Name: missions_mission_areas_area_id_7f2d91f6; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_mission_areas_area_id_7f2d91f6 ON public.missions_mission_areas USING btree (area_id);


--
-- Name: missions_mission_areas_mission_id_59b61790; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_mission_areas_mission_id_59b61790 ON public.missions_mission_areas USING btree (mission_id);


--
-- Name: missions_mission_code_2b0cfaa7_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_mission_code_2b0cfaa7_like ON public.missions_mission USING btree (code varchar_pattern_ops);


--
-- Name: missions_mission_instrument_id_f2c40f81; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_mission_instrument_id_f2c40f81 ON public.missions_mission USING btree (instrument_id);


--
-- Name: missions_mission_lead_owner_id_0ed741e8; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_mission_lead_owner_id_0ed741e8 ON public.missions_mission USING btree (lead_owner_id);


--
-- Name: missions_mission_sources_mission_id_276e9427; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_mission_sources_mission_id_276e9427 ON public.missions_mission_sources USING btree (mission_id);


--
-- Name: missions_mission_sources_source_id_cd632fd3; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_mission_sources_source_id_cd632fd3 ON public.missions_mission_sources USING btree (source_id);


--
-- Name: missions_mission_supporting_owners_mission_id_0b488c47; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_mission_supporting_owners_mission_id_0b488c47 ON public.missions_mission_supporting_owners USING btree (mission_id);


--
-- Name: missions_mission_supporting_owners_organisation_id_5c0ad724; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_mission_supporting_owners_organisation_id_5c0ad724 ON public.missions_mission_supporting_owners USING btree (organisation_id);


--
-- Name: missions_mission_theme_id_8f8596b8; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_mission_theme_id_8f8596b8 ON public.missions_mission USING btree (theme_id);


--
-- Name: missions_organisation_code_c40ec947_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_organisation_code_c40ec947_like ON public.missions_organisation USING btree (code varchar_pattern_ops);


--
-- Name: missions_organisation_parent_id_b5cf619c; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_organisation_parent_id_b5cf619c ON public.missions_organisation USING btree (parent_id);


--
-- Name: missions_organisation_source_id_116e3d5a; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_organisation_source_id_116e3d5a ON public.missions_organisation USING btree (source_id);


--
-- Name: missions_reportedfigure_covers_instrument_id_01415d53; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_reportedfigure_covers_instrument_id_01415d53 ON public.missions_reportedfigure_covers USING btree (instrument_id);


--
-- Name: missions_reportedfigure_covers_reportedfigure_id_e1a5d015; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_reportedfigure_covers_reportedfigure_id_e1a5d015 ON public.missions_reportedfigure_covers USING btree (reportedfigure_id);


--
-- Name: missions_reportedfigure_instrument_id_c386289e; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_reportedfigure_instrument_id_c386289e ON public.missions_reportedfigure USING btree (instrument_id);


--
-- Name: missions_reportedfigure_source_id_bced48a4; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_reportedfigure_source_id_bced48a4 ON public.missions_reportedfigure USING btree (source_id);


--
-- Name: missions_source_key_a40aa0f9_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_source_key_a40aa0f9_like ON public.missions_source USING btree (key varchar_pattern_ops);


--
-- Name: missions_statuschange_hash_66a32955_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_statuschange_hash_66a32955_like ON public.missions_statuschange USING btree (hash varchar_pattern_ops);


--
-- Name: missions_statuschange_mission_id_b3b513f8; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_statuschange_mission_id_b3b513f8 ON public.missions_statuschange USING btree (mission_id);


--
-- Name: missions_statuschange_prev_hash_3b91c605_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_statuschange_prev_hash_3b91c605_like ON public.missions_statuschange USING btree (prev_hash varchar_pattern_ops);


--
-- Name: missions_statuschange_recorded_by_id_dfbab74c; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_statuschange_recorded_by_id_dfbab74c ON public.missions_statuschange USING btree (recorded_by_id);


--
-- Name: missions_theme_code_a71bb7b2_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_theme_code_a71bb7b2_like ON public.missions_theme USING btree (code varchar_pattern_ops);


--
-- Name: missions_user_username_9cce316f_like; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX missions_user_username_9cce316f_like ON public.missions_user USING btree (username varchar_pattern_ops);


--
-- Name: standing_by_mission; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX standing_by_mission ON public.missions_statuschange USING btree (mission_id, effective_on, id);


--
-- Name: missions_evidence hub_evidence_before_entry; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_evidence_before_entry BEFORE INSERT ON public.missions_evidence FOR EACH ROW EXECUTE FUNCTION public.hub_evidence_before_entry();


--
-- Name: missions_evidence hub_evidence_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_evidence_no_delete BEFORE DELETE ON public.missions_evidence FOR EACH ROW EXECUTE FUNCTION public.hub_evidence_no_delete();


--
-- Name: missions_evidence hub_evidence_no_replace; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_evidence_no_replace BEFORE INSERT ON public.missions_evidence FOR EACH ROW EXECUTE FUNCTION public.hub_evidence_no_replace();


--
-- Name: missions_evidence hub_evidence_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_evidence_no_update BEFORE UPDATE ON public.missions_evidence FOR EACH ROW EXECUTE FUNCTION public.hub_evidence_no_update();


--
-- Name: missions_head hub_head_mirrors_ledger; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_head_mirrors_ledger BEFORE UPDATE ON public.missions_head FOR EACH ROW EXECUTE FUNCTION public.hub_head_mirrors_ledger();


--
-- Name: missions_head hub_head_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_head_no_delete BEFORE DELETE ON public.missions_head FOR EACH ROW EXECUTE FUNCTION public.hub_head_no_delete();


--
-- Name: missions_head hub_head_no_replace; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_head_no_replace BEFORE INSERT ON public.missions_head FOR EACH ROW EXECUTE FUNCTION public.hub_head_no_replace();


--
-- Name: missions_statuschange hub_ledger_after_opening; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_ledger_after_opening BEFORE INSERT ON public.missions_statuschange FOR EACH ROW EXECUTE FUNCTION public.hub_ledger_after_opening();


--
-- Name: missions_statuschange hub_ledger_chained; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_ledger_chained BEFORE INSERT ON public.missions_statuschange FOR EACH ROW EXECUTE FUNCTION public.hub_ledger_chained();


--
-- Name: missions_statuschange hub_ledger_clock; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_ledger_clock BEFORE INSERT ON public.missions_statuschange FOR EACH ROW EXECUTE FUNCTION public.hub_ledger_clock();


--
-- Name: missions_statuschange hub_ledger_completed_has_evidence; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_ledger_completed_has_evidence BEFORE INSERT ON public.missions_statuschange FOR EACH ROW EXECUTE FUNCTION public.hub_ledger_completed_has_evidence();


--
-- Name: missions_statuschange hub_ledger_correction_like_corrected; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_ledger_correction_like_corrected BEFORE INSERT ON public.missions_statuschange FOR EACH ROW EXECUTE FUNCTION public.hub_ledger_correction_like_corrected();


--
-- Name: missions_statuschange hub_ledger_next_id; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_ledger_next_id BEFORE INSERT ON public.missions_statuschange FOR EACH ROW EXECUTE FUNCTION public.hub_ledger_next_id();


--
-- Name: missions_statuschange hub_ledger_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_ledger_no_delete BEFORE DELETE ON public.missions_statuschange FOR EACH ROW EXECUTE FUNCTION public.hub_ledger_no_delete();


--
-- Name: missions_statuschange hub_ledger_no_future; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_ledger_no_future BEFORE INSERT ON public.missions_statuschange FOR EACH ROW EXECUTE FUNCTION public.hub_ledger_no_future();


--
-- Name: missions_statuschange hub_ledger_no_replace; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_ledger_no_replace BEFORE INSERT ON public.missions_statuschange FOR EACH ROW EXECUTE FUNCTION public.hub_ledger_no_replace();


--
-- Name: missions_statuschange hub_ledger_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_ledger_no_update BEFORE UPDATE ON public.missions_statuschange FOR EACH ROW EXECUTE FUNCTION public.hub_ledger_no_update();


--
-- Name: missions_mission hub_mission_code_stays; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_mission_code_stays BEFORE UPDATE ON public.missions_mission FOR EACH ROW EXECUTE FUNCTION public.hub_mission_code_stays();


--
-- Name: missions_mission hub_mission_no_replace; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_mission_no_replace BEFORE INSERT ON public.missions_mission FOR EACH ROW EXECUTE FUNCTION public.hub_mission_no_replace();


--
-- Name: missions_mission hub_mission_no_update_over; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_mission_no_update_over BEFORE UPDATE ON public.missions_mission FOR EACH ROW EXECUTE FUNCTION public.hub_mission_no_update_over();


--
-- Name: missions_mission hub_mission_opens_in_ledger; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_mission_opens_in_ledger BEFORE INSERT ON public.missions_mission FOR EACH ROW EXECUTE FUNCTION public.hub_mission_opens_in_ledger();


--
-- Name: missions_mission hub_mission_status_is_ledgers; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_mission_status_is_ledgers BEFORE UPDATE ON public.missions_mission FOR EACH ROW EXECUTE FUNCTION public.hub_mission_status_is_ledgers();


--
-- Name: missions_mission hub_mission_with_entries_stays; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_mission_with_entries_stays BEFORE DELETE ON public.missions_mission FOR EACH ROW EXECUTE FUNCTION public.hub_mission_with_entries_stays();


--
-- Name: missions_area hub_missions_area_advances; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_missions_area_advances BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.missions_area FOR EACH STATEMENT EXECUTE FUNCTION public.hub_missions_area_advances();


--
-- Name: missions_evidence hub_missions_evidence_in_turn; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_missions_evidence_in_turn BEFORE INSERT ON public.missions_evidence FOR EACH STATEMENT EXECUTE FUNCTION public.hub_missions_evidence_in_turn();


--
-- Name: missions_evidence hub_missions_evidence_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_missions_evidence_no_truncate BEFORE TRUNCATE ON public.missions_evidence FOR EACH STATEMENT EXECUTE FUNCTION public.hub_missions_evidence_no_truncate();


--
-- Name: missions_head hub_missions_head_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_missions_head_no_truncate BEFORE TRUNCATE ON public.missions_head FOR EACH STATEMENT EXECUTE FUNCTION public.hub_missions_head_no_truncate();


--
-- Name: missions_instrument hub_missions_instrument_advances; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_missions_instrument_advances BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.missions_instrument FOR EACH STATEMENT EXECUTE FUNCTION public.hub_missions_instrument_advances();


--
-- Name: missions_mission hub_missions_mission_advances; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_missions_mission_advances BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.missions_mission FOR EACH STATEMENT EXECUTE FUNCTION public.hub_missions_mission_advances();


--
-- Name: missions_mission_areas hub_missions_mission_areas_advances; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_missions_mission_areas_advances BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.missions_mission_areas FOR EACH STATEMENT EXECUTE FUNCTION public.hub_missions_mission_areas_advances();


--
-- Name: missions_mission_sources hub_missions_mission_sources_advances; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_missions_mission_sources_advances BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.missions_mission_sources FOR EACH STATEMENT EXECUTE FUNCTION public.hub_missions_mission_sources_advances();


--
-- Name: missions_mission_supporting_owners hub_missions_mission_supporting_owners_advances; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_missions_mission_supporting_owners_advances BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.missions_mission_supporting_owners FOR EACH STATEMENT EXECUTE FUNCTION public.hub_missions_mission_supporting_owners_advances();


--
-- Name: missions_organisation hub_missions_organisation_advances; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_missions_organisation_advances BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.missions_organisation FOR EACH STATEMENT EXECUTE FUNCTION public.hub_missions_organisation_advances();


--
-- Name: missions_reportedfigure hub_missions_reportedfigure_advances; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_missions_reportedfigure_advances BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.missions_reportedfigure FOR EACH STATEMENT EXECUTE FUNCTION public.hub_missions_reportedfigure_advances();


--
-- Name: missions_reportedfigure_covers hub_missions_reportedfigure_covers_advances; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_missions_reportedfigure_covers_advances BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.missions_reportedfigure_covers FOR EACH STATEMENT EXECUTE FUNCTION public.hub_missions_reportedfigure_covers_advances();


--
-- Name: missions_source hub_missions_source_advances; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_missions_source_advances BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.missions_source FOR EACH STATEMENT EXECUTE FUNCTION public.hub_missions_source_advances();


--
-- Name: missions_statuschange hub_missions_statuschange_advances; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_missions_statuschange_advances AFTER INSERT ON public.missions_statuschange FOR EACH STATEMENT EXECUTE FUNCTION public.hub_missions_statuschange_advances();


--
-- Name: missions_statuschange hub_missions_statuschange_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_missions_statuschange_no_truncate BEFORE TRUNCATE ON public.missions_statuschange FOR EACH STATEMENT EXECUTE FUNCTION public.hub_missions_statuschange_no_truncate();


--
-- Name: missions_theme hub_missions_theme_advances; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER hub_missions_theme_advances BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.missions_theme FOR EACH STATEMENT EXECUTE FUNCTION public.hub_missions_theme_advances();


--
-- Name: auth_group_permissions auth_group_permissio_permission_id_84c5c92e_fk_auth_perm; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: auth_group_permissions auth_group_permissions_group_id_b120cbf9_fk_auth_group_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: auth_permission auth_permission_content_type_id_2f476e4b_fk_django_co; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: django_admin_log django_admin_log_content_type_id_c4bce8eb_fk_django_co; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_content_type_id_c4bce8eb_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: django_admin_log django_admin_log_user_id_c564eba6_fk_missions_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_user_id_c564eba6_fk_missions_user_id FOREIGN KEY (user_id) REFERENCES public.missions_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_evidence missions_evidence_change_id_cbac8d8b_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_evidence
    ADD CONSTRAINT missions_evidence_change_id_cbac8d8b_fk_missions_ FOREIGN KEY (change_id) REFERENCES public.missions_statuschange(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_evidence missions_evidence_source_id_ad00f746_fk_missions_source_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_evidence
    ADD CONSTRAINT missions_evidence_source_id_ad00f746_fk_missions_source_id FOREIGN KEY (source_id) REFERENCES public.missions_source(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_historicalarea missions_historicala_history_user_id_c6176255_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_historicalarea
    ADD CONSTRAINT missions_historicala_history_user_id_c6176255_fk_missions_ FOREIGN KEY (history_user_id) REFERENCES public.missions_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_historicalinstrument missions_historicali_history_user_id_6e151cd0_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_historicalinstrument
    ADD CONSTRAINT missions_historicali_history_user_id_6e151cd0_fk_missions_ FOREIGN KEY (history_user_id) REFERENCES public.missions_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_historicalmission missions_historicalm_history_user_id_9e62e733_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_historicalmission
    ADD CONSTRAINT missions_historicalm_history_user_id_9e62e733_fk_missions_ FOREIGN KEY (history_user_id) REFERENCES public.missions_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_historicalorganisation missions_historicalo_history_user_id_7ad0064b_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_historicalorganisation
    ADD CONSTRAINT missions_historicalo_history_user_id_7ad0064b_fk_missions_ FOREIGN KEY (history_user_id) REFERENCES public.missions_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_historicalreportedfigure missions_historicalr_history_user_id_7137bbed_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_historicalreportedfigure
    ADD CONSTRAINT missions_historicalr_history_user_id_7137bbed_fk_missions_ FOREIGN KEY (history_user_id) REFERENCES public.missions_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_historicalsource missions_historicals_history_user_id_bb6d71f3_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_historicalsource
    ADD CONSTRAINT missions_historicals_history_user_id_bb6d71f3_fk_missions_ FOREIGN KEY (history_user_id) REFERENCES public.missions_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_historicaltheme missions_historicalt_history_user_id_8083e5d1_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_historicaltheme
    ADD CONSTRAINT missions_historicalt_history_user_id_8083e5d1_fk_missions_ FOREIGN KEY (history_user_id) REFERENCES public.missions_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_membership missions_membership_organisation_id_1f798a33_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_membership
    ADD CONSTRAINT missions_membership_organisation_id_1f798a33_fk_missions_ FOREIGN KEY (organisation_id) REFERENCES public.missions_organisation(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_membership missions_membership_user_id_07c3e666_fk_missions_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_membership
    ADD CONSTRAINT missions_membership_user_id_07c3e666_fk_missions_user_id FOREIGN KEY (user_id) REFERENCES public.missions_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_mission_areas missions_mission_are_mission_id_59b61790_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_mission_areas
    ADD CONSTRAINT missions_mission_are_mission_id_59b61790_fk_missions_ FOREIGN KEY (mission_id) REFERENCES public.missions_mission(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_mission_areas missions_mission_areas_area_id_7f2d91f6_fk_missions_area_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_mission_areas
    ADD CONSTRAINT missions_mission_areas_area_id_7f2d91f6_fk_missions_area_id FOREIGN KEY (area_id) REFERENCES public.missions_area(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_mission missions_mission_instrument_id_f2c40f81_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_mission
    ADD CONSTRAINT missions_mission_instrument_id_f2c40f81_fk_missions_ FOREIGN KEY (instrument_id) REFERENCES public.missions_instrument(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_mission missions_mission_lead_owner_id_0ed741e8_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_mission
    ADD CONSTRAINT missions_mission_lead_owner_id_0ed741e8_fk_missions_ FOREIGN KEY (lead_owner_id) REFERENCES public.missions_organisation(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_mission_sources missions_mission_sou_mission_id_276e9427_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_mission_sources
    ADD CONSTRAINT missions_mission_sou_mission_id_276e9427_fk_missions_ FOREIGN KEY (mission_id) REFERENCES public.missions_mission(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_mission_sources missions_mission_sou_source_id_cd632fd3_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_mission_sources
    ADD CONSTRAINT missions_mission_sou_source_id_cd632fd3_fk_missions_ FOREIGN KEY (source_id) REFERENCES public.missions_source(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_mission_supporting_owners missions_mission_sup_mission_id_0b488c47_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_mission_supporting_owners
    ADD CONSTRAINT missions_mission_sup_mission_id_0b488c47_fk_missions_ FOREIGN KEY (mission_id) REFERENCES public.missions_mission(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_mission_supporting_owners missions_mission_sup_organisation_id_5c0ad724_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_mission_supporting_owners
    ADD CONSTRAINT missions_mission_sup_organisation_id_5c0ad724_fk_missions_ FOREIGN KEY (organisation_id) REFERENCES public.missions_organisation(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_mission missions_mission_theme_id_8f8596b8_fk_missions_theme_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_mission
    ADD CONSTRAINT missions_mission_theme_id_8f8596b8_fk_missions_theme_id FOREIGN KEY (theme_id) REFERENCES public.missions_theme(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_organisation missions_organisatio_parent_id_b5cf619c_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_organisation
    ADD CONSTRAINT missions_organisatio_parent_id_b5cf619c_fk_missions_ FOREIGN KEY (parent_id) REFERENCES public.missions_organisation(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_organisation missions_organisation_source_id_116e3d5a_fk_missions_source_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_organisation
    ADD CONSTRAINT missions_organisation_source_id_116e3d5a_fk_missions_source_id FOREIGN KEY (source_id) REFERENCES public.missions_source(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_reportedfigure_covers missions_reportedfig_instrument_id_01415d53_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_reportedfigure_covers
    ADD CONSTRAINT missions_reportedfig_instrument_id_01415d53_fk_missions_ FOREIGN KEY (instrument_id) REFERENCES public.missions_instrument(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_reportedfigure missions_reportedfig_instrument_id_c386289e_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_reportedfigure
    ADD CONSTRAINT missions_reportedfig_instrument_id_c386289e_fk_missions_ FOREIGN KEY (instrument_id) REFERENCES public.missions_instrument(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_reportedfigure_covers missions_reportedfig_reportedfigure_id_e1a5d015_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_reportedfigure_covers
    ADD CONSTRAINT missions_reportedfig_reportedfigure_id_e1a5d015_fk_missions_ FOREIGN KEY (reportedfigure_id) REFERENCES public.missions_reportedfigure(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_reportedfigure missions_reportedfig_source_id_bced48a4_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_reportedfigure
    ADD CONSTRAINT missions_reportedfig_source_id_bced48a4_fk_missions_ FOREIGN KEY (source_id) REFERENCES public.missions_source(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_statuschange missions_statuschang_corrects_id_aef3b078_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_statuschange
    ADD CONSTRAINT missions_statuschang_corrects_id_aef3b078_fk_missions_ FOREIGN KEY (corrects_id) REFERENCES public.missions_statuschange(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_statuschange missions_statuschang_mission_id_b3b513f8_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_statuschange
    ADD CONSTRAINT missions_statuschang_mission_id_b3b513f8_fk_missions_ FOREIGN KEY (mission_id) REFERENCES public.missions_mission(id) DEFERRABLE INITIALLY DEFERRED;


--
-- Name: missions_statuschange missions_statuschang_recorded_by_id_dfbab74c_fk_missions_; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.missions_statuschange
    ADD CONSTRAINT missions_statuschang_recorded_by_id_dfbab74c_fk_missions_ FOREIGN KEY (recorded_by_id) REFERENCES public.missions_user(id) DEFERRABLE INITIALLY DEFERRED;


--
-- PostgreSQL database dump complete
--


