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
CREATE SCHEMA analytics;
CREATE SCHEMA documents;
CREATE SCHEMA links;
CREATE FUNCTION analytics.ensure_click_partition(month date) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
DECLARE
  partition text := 'link_clicks_' || to_char(month, 'YYYY_MM');
  starts timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'UTC';
  ends timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
  IF to_regclass(partition) IS NOT NULL THEN RETURN false; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('ensure_click_partition'));
  IF to_regclass(partition) IS NOT NULL THEN RETURN false; END IF;
  EXECUTE format('CREATE TABLE %I (LIKE link_clicks INCLUDING DEFAULTS INCLUDING COMMENTS)', partition);
  LOCK TABLE link_clicks_default IN ACCESS EXCLUSIVE MODE;
  EXECUTE format(
    'WITH moved AS (DELETE FROM link_clicks_default WHERE clicked_at >= %L AND clicked_at < %L RETURNING *)
     INSERT INTO %I SELECT * FROM moved', starts, ends, partition);
  EXECUTE format('ALTER TABLE link_clicks ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition, starts, ends);
  RETURN true;
END $$;
CREATE FUNCTION analytics.network_of(address inet) RETURNS cidr
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT network(set_masklen(address, CASE family(address) WHEN 4 THEN 24 ELSE 48 END)) $$;
COMMENT ON FUNCTION analytics.network_of(address inet) IS 'the /24 or /48 of an address: clicks from one of them are taken to come from one place';
CREATE FUNCTION documents.announce_candidate_urls() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'documents'
    AS $$
   BEGIN
     INSERT INTO document_outbox (routing_key, payload) VALUES ('candidate.changed.v1', json_build_object(
       'event_id', gen_random_uuid(),
       'occurred_at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
       'user_id', NEW.user_id,
       'calendly_url', CASE WHEN length(NEW.calendly_url) <= 2000 THEN NEW.calendly_url END,
       'linkedin_url', CASE WHEN length(NEW.linkedin_url) <= 2000 THEN NEW.linkedin_url END,
       'portfolio_url', CASE WHEN length(NEW.portfolio_url) <= 2000 THEN NEW.portfolio_url END));
     RETURN NULL;
   END $$;
CREATE FUNCTION documents.stamp_candidate_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
   BEGIN
     NEW.updated_at := date_trunc('milliseconds', now());
     RETURN NEW;
   END $$;
CREATE FUNCTION links.note_link_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'links'
    AS $$
   BEGIN
     IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND OLD.tracking_id <> NEW.tracking_id THEN
       INSERT INTO links.link_changes (routing_key, payload) VALUES ('link.changed', json_build_object(
         'tracking_id', OLD.tracking_id, 'removed', to_json(OLD),
         'request_id', nullif(current_setting('footfall.request_id', true), '')));
     END IF;
     IF TG_OP <> 'DELETE' THEN
       INSERT INTO links.link_changes (routing_key, payload) VALUES ('link.changed', json_build_object(
         'tracking_id', NEW.tracking_id,
         'request_id', nullif(current_setting('footfall.request_id', true), '')));
     END IF;
     RETURN NULL;
   END $$;
CREATE FUNCTION links.stamp_link_deactivation() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
   BEGIN
     NEW.deactivated_at := CASE WHEN NEW.is_active THEN NULL ELSE coalesce(NEW.deactivated_at, now()) END;
     RETURN NEW;
   END $$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE analytics.applications (
    user_id text NOT NULL,
    application_id text NOT NULL,
    job_id text,
    company text,
    title text,
    job_board text,
    first_generated_at timestamp with time zone NOT NULL
);
CREATE TABLE analytics.flagged_networks (
    network cidr NOT NULL,
    flagged_at timestamp with time zone NOT NULL
);
COMMENT ON TABLE analytics.flagged_networks IS 'networks from which a burst of clicks came, and when';
CREATE TABLE analytics.link_clicks (
    click_id uuid NOT NULL,
    clicked_at timestamp with time zone NOT NULL,
    tracking_id character varying(100) NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL,
    job_id text,
    application_id text,
    link_function text NOT NULL,
    answer text NOT NULL,
    class text NOT NULL,
    score smallint NOT NULL,
    reasons text[] NOT NULL,
    rules_version smallint NOT NULL,
    ip_address inet,
    user_agent text,
    referrer_url text,
    session_id text,
    click_source text NOT NULL,
    device text,
    browser text,
    os text,
    country text,
    metadata jsonb,
    facts jsonb,
    request_id text,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    city text
)
PARTITION BY RANGE (clicked_at);
COMMENT ON COLUMN analytics.link_clicks.answer IS 'redirect is a navigation and counts; preflight, probe and prefetch are other hits';
COMMENT ON COLUMN analytics.link_clicks.facts IS 'what the classification rules read besides the other columns, so that a class can be judged again';
CREATE TABLE analytics.link_clicks_2025_10 (
    click_id uuid NOT NULL,
    clicked_at timestamp with time zone NOT NULL,
    tracking_id character varying(100) NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL,
    job_id text,
    application_id text,
    link_function text NOT NULL,
    answer text NOT NULL,
    class text NOT NULL,
    score smallint NOT NULL,
    reasons text[] NOT NULL,
    rules_version smallint NOT NULL,
    ip_address inet,
    user_agent text,
    referrer_url text,
    session_id text,
    click_source text NOT NULL,
    device text,
    browser text,
    os text,
    country text,
    metadata jsonb,
    facts jsonb,
    request_id text,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    city text
);
COMMENT ON COLUMN analytics.link_clicks_2025_10.answer IS 'redirect is a navigation and counts; preflight, probe and prefetch are other hits';
COMMENT ON COLUMN analytics.link_clicks_2025_10.facts IS 'what the classification rules read besides the other columns, so that a class can be judged again';
CREATE TABLE analytics.link_clicks_2026_11 (
    click_id uuid NOT NULL,
    clicked_at timestamp with time zone NOT NULL,
    tracking_id character varying(100) NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL,
    job_id text,
    application_id text,
    link_function text NOT NULL,
    answer text NOT NULL,
    class text NOT NULL,
    score smallint NOT NULL,
    reasons text[] NOT NULL,
    rules_version smallint NOT NULL,
    ip_address inet,
    user_agent text,
    referrer_url text,
    session_id text,
    click_source text NOT NULL,
    device text,
    browser text,
    os text,
    country text,
    metadata jsonb,
    facts jsonb,
    request_id text,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    city text
);
COMMENT ON COLUMN analytics.link_clicks_2026_11.answer IS 'redirect is a navigation and counts; preflight, probe and prefetch are other hits';
COMMENT ON COLUMN analytics.link_clicks_2026_11.facts IS 'what the classification rules read besides the other columns, so that a class can be judged again';
CREATE TABLE analytics.link_clicks_2026_12 (
    click_id uuid NOT NULL,
    clicked_at timestamp with time zone NOT NULL,
    tracking_id character varying(100) NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL,
    job_id text,
    application_id text,
    link_function text NOT NULL,
    answer text NOT NULL,
    class text NOT NULL,
    score smallint NOT NULL,
    reasons text[] NOT NULL,
    rules_version smallint NOT NULL,
    ip_address inet,
    user_agent text,
    referrer_url text,
    session_id text,
    click_source text NOT NULL,
    device text,
    browser text,
    os text,
    country text,
    metadata jsonb,
    facts jsonb,
    request_id text,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    city text
);
COMMENT ON COLUMN analytics.link_clicks_2026_12.answer IS 'redirect is a navigation and counts; preflight, probe and prefetch are other hits';
COMMENT ON COLUMN analytics.link_clicks_2026_12.facts IS 'what the classification rules read besides the other columns, so that a class can be judged again';
CREATE TABLE analytics.link_clicks_2027_01 (
    click_id uuid NOT NULL,
    clicked_at timestamp with time zone NOT NULL,
    tracking_id character varying(100) NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL,
    job_id text,
    application_id text,
    link_function text NOT NULL,
    answer text NOT NULL,
    class text NOT NULL,
    score smallint NOT NULL,
    reasons text[] NOT NULL,
    rules_version smallint NOT NULL,
    ip_address inet,
    user_agent text,
    referrer_url text,
    session_id text,
    click_source text NOT NULL,
    device text,
    browser text,
    os text,
    country text,
    metadata jsonb,
    facts jsonb,
    request_id text,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    city text
);
COMMENT ON COLUMN analytics.link_clicks_2027_01.answer IS 'redirect is a navigation and counts; preflight, probe and prefetch are other hits';
COMMENT ON COLUMN analytics.link_clicks_2027_01.facts IS 'what the classification rules read besides the other columns, so that a class can be judged again';
CREATE TABLE analytics.link_clicks_2027_02 (
    click_id uuid NOT NULL,
    clicked_at timestamp with time zone NOT NULL,
    tracking_id character varying(100) NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL,
    job_id text,
    application_id text,
    link_function text NOT NULL,
    answer text NOT NULL,
    class text NOT NULL,
    score smallint NOT NULL,
    reasons text[] NOT NULL,
    rules_version smallint NOT NULL,
    ip_address inet,
    user_agent text,
    referrer_url text,
    session_id text,
    click_source text NOT NULL,
    device text,
    browser text,
    os text,
    country text,
    metadata jsonb,
    facts jsonb,
    request_id text,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    city text
);
COMMENT ON COLUMN analytics.link_clicks_2027_02.answer IS 'redirect is a navigation and counts; preflight, probe and prefetch are other hits';
COMMENT ON COLUMN analytics.link_clicks_2027_02.facts IS 'what the classification rules read besides the other columns, so that a class can be judged again';
CREATE TABLE analytics.link_clicks_default (
    click_id uuid NOT NULL,
    clicked_at timestamp with time zone NOT NULL,
    tracking_id character varying(100) NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL,
    job_id text,
    application_id text,
    link_function text NOT NULL,
    answer text NOT NULL,
    class text NOT NULL,
    score smallint NOT NULL,
    reasons text[] NOT NULL,
    rules_version smallint NOT NULL,
    ip_address inet,
    user_agent text,
    referrer_url text,
    session_id text,
    click_source text NOT NULL,
    device text,
    browser text,
    os text,
    country text,
    metadata jsonb,
    facts jsonb,
    request_id text,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    city text
);
CREATE TABLE analytics.link_counters (
    tracking_id character varying(100) NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL,
    job_id text,
    application_id text,
    link_function text NOT NULL,
    total_clicks bigint NOT NULL,
    human_clicks bigint NOT NULL,
    machine_clicks bigint NOT NULL,
    suspected_clicks bigint NOT NULL,
    other_hits bigint NOT NULL,
    first_click timestamp with time zone,
    last_click timestamp with time zone,
    duplicate_clicks bigint DEFAULT 0 NOT NULL,
    inferred_opens bigint DEFAULT 0 NOT NULL
)
WITH (fillfactor='60');
COMMENT ON COLUMN analytics.link_counters.inferred_opens IS 'preflights of Office that no browser followed: among the other hits';
CREATE TABLE analytics.link_days (
    day date NOT NULL,
    tracking_id character varying(100) NOT NULL COLLATE pg_catalog."C",
    total_clicks bigint NOT NULL,
    human_clicks bigint NOT NULL,
    machine_clicks bigint NOT NULL,
    suspected_clicks bigint NOT NULL,
    other_hits bigint NOT NULL,
    duplicate_clicks bigint DEFAULT 0 NOT NULL,
    inferred_opens bigint DEFAULT 0 NOT NULL
)
WITH (fillfactor='60');
COMMENT ON COLUMN analytics.link_days.day IS 'UTC';
CREATE TABLE analytics.links (
    tracking_id character varying(100) NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL,
    job_id text,
    application_id text,
    link_function text NOT NULL,
    link_type text NOT NULL,
    original_url text NOT NULL,
    redirect_url text NOT NULL,
    description text,
    is_active boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    revision bigint NOT NULL
);
CREATE TABLE analytics.maintenance_marks (
    name text NOT NULL,
    value timestamp with time zone NOT NULL
);
CREATE TABLE analytics.migrations (
    id integer NOT NULL,
    "timestamp" bigint NOT NULL,
    name character varying NOT NULL
);
CREATE SEQUENCE analytics.migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE analytics.migrations_id_seq OWNED BY analytics.migrations.id;
CREATE TABLE analytics.reported_clicks (
    tracking_id character varying(100) NOT NULL,
    event_id text NOT NULL,
    click_id uuid NOT NULL,
    clicked_at timestamp with time zone NOT NULL,
    body_hash text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON TABLE analytics.reported_clicks IS 'the identity given to a click that an outside caller reported under an id of its own: a retry finds it';
CREATE TABLE analytics.session_counters (
    scope_key bigint NOT NULL,
    unique_sessions bigint NOT NULL
)
WITH (fillfactor='60');
CREATE TABLE analytics.session_salts (
    day date NOT NULL,
    salt bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE analytics.settling (
    id bigint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    networks cidr[] NOT NULL,
    firsts timestamp with time zone[] NOT NULL,
    lasts timestamp with time zone[] NOT NULL
);
ALTER TABLE analytics.settling ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME analytics.settling_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE analytics.unique_sessions (
    scope_key bigint NOT NULL,
    session bigint NOT NULL,
    human_clicks integer NOT NULL
)
WITH (fillfactor='90');
COMMENT ON COLUMN analytics.unique_sessions.scope_key IS 'hashtextextended of l:<tracking id>, j:<job id> or a:<application id>, 0';
COMMENT ON COLUMN analytics.unique_sessions.session IS 'hashtextextended(session_id, 0)';
CREATE TABLE documents.document_outbox (
    id bigint NOT NULL,
    routing_key text NOT NULL,
    payload json NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE documents.document_outbox ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME documents.document_outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE documents.document_requests (
    operation text NOT NULL,
    idempotency_key text NOT NULL,
    body_sha256 text NOT NULL,
    answer json NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE documents.documents (
    document_id uuid NOT NULL,
    user_id text NOT NULL,
    kind text NOT NULL,
    filename text NOT NULL,
    filename_base text NOT NULL,
    filename_number integer NOT NULL,
    job_id text,
    application_id text,
    storage_key text NOT NULL,
    sha256 text NOT NULL,
    size_bytes integer NOT NULL,
    template_id text NOT NULL,
    template_version text NOT NULL,
    tracking_ids text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT documents_kind_check CHECK ((kind = ANY (ARRAY['resume'::text, 'cover_letter'::text])))
);
CREATE TABLE documents.migrations (
    id integer NOT NULL,
    "timestamp" bigint NOT NULL,
    name character varying NOT NULL
);
CREATE SEQUENCE documents.migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE documents.migrations_id_seq OWNED BY documents.migrations.id;
CREATE TABLE documents.template_defaults (
    user_id text NOT NULL,
    kind text NOT NULL,
    template_id text NOT NULL,
    CONSTRAINT template_defaults_kind_check CHECK ((kind = ANY (ARRAY['resume'::text, 'cover_letter'::text])))
);
CREATE TABLE documents.template_versions (
    template_id text NOT NULL,
    version integer NOT NULL,
    sha256 text NOT NULL,
    size_bytes integer NOT NULL,
    storage_key text NOT NULL,
    tags jsonb NOT NULL,
    unknown_tags jsonb NOT NULL,
    warnings jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE documents.templates (
    template_id text NOT NULL,
    name text NOT NULL,
    kind text,
    older_tags boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT templates_kind_check CHECK ((kind = ANY (ARRAY['resume'::text, 'cover_letter'::text])))
);
CREATE TABLE documents.user_candidate_info (
    user_id text NOT NULL,
    first_name text,
    last_name text,
    email text,
    phone text,
    mailing_address text,
    calendly_url text,
    linkedin_url text,
    portfolio_url text,
    created_at timestamp with time zone DEFAULT date_trunc('milliseconds'::text, now()) NOT NULL,
    updated_at timestamp with time zone DEFAULT date_trunc('milliseconds'::text, now()) NOT NULL
);
CREATE TABLE links.followed_profiles (
    user_id text NOT NULL,
    changed_at timestamp with time zone NOT NULL
);
CREATE TABLE links.link_changes (
    id bigint NOT NULL,
    routing_key text NOT NULL,
    payload json NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE links.link_changes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME links.link_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE SEQUENCE links.link_revision
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE TABLE links.link_state (
    tracking_id text NOT NULL,
    revision bigint NOT NULL,
    state jsonb NOT NULL
);
CREATE TABLE links.link_tracking (
    tracking_id character varying(100) DEFAULT ('lt_'::text || replace((gen_random_uuid())::text, '-'::text, ''::text)) NOT NULL,
    user_id text DEFAULT 'default'::text NOT NULL,
    job_id text,
    application_id text,
    link_function text DEFAULT 'Link'::text NOT NULL,
    link_type text DEFAULT 'external'::text NOT NULL,
    original_url text NOT NULL,
    redirect_url text,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    created_by text DEFAULT CURRENT_USER NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    description text,
    deactivated_at timestamp(3) with time zone,
    expires_at timestamp(3) with time zone,
    fallback_url text,
    destination text DEFAULT 'fixed'::text NOT NULL,
    CONSTRAINT link_tracking_destination CHECK (((destination = 'fixed'::text) OR ((destination = 'follow_profile'::text) AND (link_function = ANY (ARRAY['Calendly'::text, 'LinkedIn'::text, 'Portfolio'::text])))))
);
CREATE TABLE links.migrations (
    id integer NOT NULL,
    "timestamp" bigint NOT NULL,
    name character varying NOT NULL
);
CREATE SEQUENCE links.migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE links.migrations_id_seq OWNED BY links.migrations.id;
CREATE TABLE links.outbox (
    id bigint NOT NULL,
    routing_key text NOT NULL,
    payload json NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE links.outbox ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME links.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ONLY analytics.link_clicks ATTACH PARTITION analytics.link_clicks_2025_10 FOR VALUES FROM ('2025-10-01 00:00:00+00') TO ('2025-11-01 00:00:00+00');
ALTER TABLE ONLY analytics.link_clicks ATTACH PARTITION analytics.link_clicks_2026_11 FOR VALUES FROM ('2026-11-01 00:00:00+00') TO ('2026-12-01 00:00:00+00');
ALTER TABLE ONLY analytics.link_clicks ATTACH PARTITION analytics.link_clicks_2026_12 FOR VALUES FROM ('2026-12-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');
ALTER TABLE ONLY analytics.link_clicks ATTACH PARTITION analytics.link_clicks_2027_01 FOR VALUES FROM ('2027-01-01 00:00:00+00') TO ('2027-02-01 00:00:00+00');
ALTER TABLE ONLY analytics.link_clicks ATTACH PARTITION analytics.link_clicks_2027_02 FOR VALUES FROM ('2027-02-01 00:00:00+00') TO ('2027-03-01 00:00:00+00');
ALTER TABLE ONLY analytics.link_clicks ATTACH PARTITION analytics.link_clicks_default DEFAULT;
ALTER TABLE ONLY analytics.migrations ALTER COLUMN id SET DEFAULT nextval('analytics.migrations_id_seq'::regclass);
ALTER TABLE ONLY documents.migrations ALTER COLUMN id SET DEFAULT nextval('documents.migrations_id_seq'::regclass);
ALTER TABLE ONLY links.migrations ALTER COLUMN id SET DEFAULT nextval('links.migrations_id_seq'::regclass);
INSERT INTO analytics.applications VALUES
	('jordan_avery', 'app-jordan-avery', 'job-jordan-avery', 'Tech Corp', 'Marketing Manager', 'LinkedIn', '2026-11-22 16:40:29.541+00'),
	('morgan_ellis', 'app-morgan-ellis', 'job-morgan-ellis', 'Tech Corp', 'Marketing Manager', 'LinkedIn', '2026-11-22 16:40:30.024+00');
INSERT INTO analytics.flagged_networks VALUES
	('127.0.0.0/24', '2026-11-22 16:40:35+00');
INSERT INTO analytics.link_clicks_2025_10 VALUES
	('01a20421-8104-7752-980f-f2bcea2b9d9c', '2025-10-09 15:00:00+00', 'lt_linkedin_Pb65K1gfN21fklb5', 'morgan_ellis', 'job-morgan-ellis', 'app-morgan-ellis', 'LinkedIn', 'redirect', 'human', 0, '{reported}', 2, NULL, NULL, NULL, 'a', 'document-or-app', 'desktop', 'Safari 18', 'macOS 10.15.7', NULL, NULL, NULL, '154b0624-d414-4ec7-a3a6-237fce524790', '2026-11-22 16:40:34.329764+00', NULL),
	('01a20421-8125-70a0-8de4-bc205670b2e2', '2025-10-09 15:01:00+00', 'lt_linkedin_Pb65K1gfN21fklb5', 'morgan_ellis', 'job-morgan-ellis', 'app-morgan-ellis', 'LinkedIn', 'redirect', 'human', 0, '{reported}', 2, NULL, NULL, NULL, 'a', 'document-or-app', 'desktop', 'Safari 18', 'macOS 10.15.7', NULL, NULL, NULL, '22775a9a-6842-4e19-97db-d5e7d0c76dc2', '2026-11-22 16:40:34.34283+00', NULL),
	('01a20421-812e-7032-a80d-9030faebca5d', '2025-10-09 15:02:00+00', 'lt_linkedin_Pb65K1gfN21fklb5', 'morgan_ellis', 'job-morgan-ellis', 'app-morgan-ellis', 'LinkedIn', 'redirect', 'human', 0, '{reported}', 2, NULL, NULL, NULL, 'b', 'document-or-app', 'desktop', 'Safari 18', 'macOS 10.15.7', NULL, NULL, NULL, '9de753de-ee8b-45f7-8537-9a2908480e7c', '2026-11-22 16:40:34.351209+00', NULL);
INSERT INTO analytics.link_clicks_2026_11 VALUES
	('01a20421-80f9-721e-bebf-f215abbb8cdf', '2026-11-22 16:40:34.297+00', 'lt_calendly_3lSpgnz9MteymBIE', 'jordan_avery', 'job-jordan-avery', 'app-jordan-avery', 'Calendly', 'redirect', 'machine', 100, '{isbot}', 2, '127.0.0.1', 'curl/8.5.0', NULL, '3839f091a034956a', 'document-or-app', NULL, NULL, NULL, NULL, NULL, '{"method": "GET", "secure": false, "headers": {}, "do_not_track": false, "link_created_at": "2026-11-22T16:40:29.246Z"}', NULL, '2026-11-22 16:40:34.422789+00', NULL),
	('01a20421-80fc-7084-9ea4-8153fe76a32a', '2026-11-22 16:40:34.3+00', 'lt_calendly_LzQqYaXV2aIfzkd3', 'morgan_ellis', 'job-morgan-ellis', 'app-morgan-ellis', 'Calendly', 'redirect', 'human', 15, '{link_minted_60s_ago}', 2, '127.0.0.1', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15', NULL, 'e56c529aafb9f110', 'document-or-app', 'desktop', 'Safari 18', 'macOS 10.15.7', NULL, NULL, '{"method": "GET", "secure": false, "headers": {"accept": "text/html", "accept-language": "en"}, "do_not_track": false, "link_created_at": "2026-11-22T16:40:29.869Z"}', NULL, '2026-11-22 16:40:34.422789+00', NULL),
	('01a20421-80bc-74a0-a350-7ba993db49b4', '2026-11-22 16:40:34.236+00', 'lt_calendly_3lSpgnz9MteymBIE', 'jordan_avery', 'job-jordan-avery', 'app-jordan-avery', 'Calendly', 'redirect', 'machine', 75, '{link_minted_60s_ago,burst}', 2, '127.0.0.1', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15', NULL, 'a7544bf81557a10e', 'document-or-app', 'desktop', 'Safari 18', 'macOS 10.15.7', NULL, NULL, '{"method": "GET", "secure": false, "headers": {"accept": "text/html", "accept-language": "en"}, "do_not_track": false, "link_created_at": "2026-11-22T16:40:29.246Z"}', NULL, '2026-11-22 16:40:34.422789+00', NULL),
	('01a20421-80f4-74b6-9586-67cf4062d05f', '2026-11-22 16:40:34.292+00', 'lt_calendly_3lSpgnz9MteymBIE', 'jordan_avery', 'job-jordan-avery', 'app-jordan-avery', 'Calendly', 'redirect', 'machine', 75, '{link_minted_60s_ago,burst}', 2, '127.0.0.1', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15', NULL, 'b771f2b911748e02', 'document-or-app', 'desktop', 'Safari 17', 'macOS 10.15.7', NULL, NULL, '{"method": "GET", "secure": false, "headers": {"accept": "text/html", "accept-language": "en"}, "do_not_track": false, "link_created_at": "2026-11-22T16:40:29.246Z"}', NULL, '2026-11-22 16:40:34.422789+00', NULL),
	('01a20421-80f7-7239-94e8-2e2186070eed', '2026-11-22 16:40:34.295+00', 'lt_linkedin_znY8BLkAk7aZuZV7', 'jordan_avery', 'job-jordan-avery', 'app-jordan-avery', 'LinkedIn', 'redirect', 'machine', 75, '{link_minted_60s_ago,burst}', 2, '127.0.0.1', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15', NULL, 'a7544bf81557a10e', 'document-or-app', 'desktop', 'Safari 18', 'macOS 10.15.7', NULL, NULL, '{"method": "GET", "secure": false, "headers": {"accept": "text/html", "accept-language": "en"}, "do_not_track": false, "link_created_at": "2026-11-22T16:40:29.246Z"}', NULL, '2026-11-22 16:40:34.422789+00', NULL);
INSERT INTO analytics.link_counters VALUES
	('lt_linkedin_Pb65K1gfN21fklb5', 'morgan_ellis', 'job-morgan-ellis', 'app-morgan-ellis', 'LinkedIn', 3, 3, 0, 0, 0, '2025-10-09 15:00:00+00', '2025-10-09 15:02:00+00', 0, 0),
	('lt_calendly_LzQqYaXV2aIfzkd3', 'morgan_ellis', 'job-morgan-ellis', 'app-morgan-ellis', 'Calendly', 1, 1, 0, 0, 0, '2026-11-22 16:40:34.3+00', '2026-11-22 16:40:34.3+00', 0, 0),
	('lt_calendly_3lSpgnz9MteymBIE', 'jordan_avery', 'job-jordan-avery', 'app-jordan-avery', 'Calendly', 3, 0, 3, 0, 0, '2026-11-22 16:40:34.236+00', '2026-11-22 16:40:34.297+00', 0, 0),
	('lt_linkedin_znY8BLkAk7aZuZV7', 'jordan_avery', 'job-jordan-avery', 'app-jordan-avery', 'LinkedIn', 1, 0, 1, 0, 0, '2026-11-22 16:40:34.295+00', '2026-11-22 16:40:34.295+00', 0, 0);
INSERT INTO analytics.link_days VALUES
	('2025-10-09', 'lt_linkedin_Pb65K1gfN21fklb5', 3, 3, 0, 0, 0, 0, 0),
	('2026-11-22', 'lt_calendly_LzQqYaXV2aIfzkd3', 1, 1, 0, 0, 0, 0, 0),
	('2026-11-22', 'lt_calendly_3lSpgnz9MteymBIE', 3, 0, 3, 0, 0, 0, 0),
	('2026-11-22', 'lt_linkedin_znY8BLkAk7aZuZV7', 1, 0, 1, 0, 0, 0, 0);
INSERT INTO analytics.links VALUES
	('lt_calendly_3lSpgnz9MteymBIE', 'jordan_avery', 'job-jordan-avery', 'app-jordan-avery', 'Calendly', 'networking', 'https://calendly.com/jordan-avery/30min', 'https://go.example.com/track/lt_calendly_3lSpgnz9MteymBIE', 'Calendly link in a resume', true, '2026-11-22 16:40:29.246+00', 1),
	('lt_linkedin_znY8BLkAk7aZuZV7', 'jordan_avery', 'job-jordan-avery', 'app-jordan-avery', 'LinkedIn', 'profile', 'https://www.linkedin.com/in/jordan-avery-example', 'https://go.example.com/track/lt_linkedin_znY8BLkAk7aZuZV7', 'LinkedIn link in a resume', true, '2026-11-22 16:40:29.246+00', 2),
	('lt_portfolio_SUc8QAAzNBO4rrea', 'jordan_avery', 'job-jordan-avery', 'app-jordan-avery', 'Portfolio', 'profile', 'https://jordan-avery.example/work?tab=a&view=grid', 'https://go.example.com/track/lt_portfolio_SUc8QAAzNBO4rrea', 'Portfolio link in a resume', true, '2026-11-22 16:40:29.246+00', 3),
	('lt_calendly_LzQqYaXV2aIfzkd3', 'morgan_ellis', 'job-morgan-ellis', 'app-morgan-ellis', 'Calendly', 'networking', 'https://calendly.com/morgan-ellis/30min', 'https://go.example.com/track/lt_calendly_LzQqYaXV2aIfzkd3', 'Calendly link in a resume', true, '2026-11-22 16:40:29.869+00', 4),
	('lt_linkedin_Pb65K1gfN21fklb5', 'morgan_ellis', 'job-morgan-ellis', 'app-morgan-ellis', 'LinkedIn', 'profile', 'https://www.linkedin.com/in/morgan-ellis-example', 'https://go.example.com/track/lt_linkedin_Pb65K1gfN21fklb5', 'LinkedIn link in a resume', true, '2026-11-22 16:40:29.869+00', 5),
	('lt_portfolio_zYue9QYNBYjh5ce3', 'morgan_ellis', 'job-morgan-ellis', 'app-morgan-ellis', 'Portfolio', 'profile', 'https://morgan-ellis.example/work?tab=a&view=grid', 'https://go.example.com/track/lt_portfolio_zYue9QYNBYjh5ce3', 'Portfolio link in a resume', true, '2026-11-22 16:40:29.869+00', 6),
	('lt_company_website_2ZSElc3SdKxHHk4e', 'default', 'job-jordan-avery', NULL, 'Company_Website', 'external', 'https://www.example.com/old', 'https://go.example.com/track/lt_company_website_2ZSElc3SdKxHHk4e', NULL, false, '2026-11-22 16:40:34.43+00', 8);
INSERT INTO analytics.maintenance_marks VALUES
	('reconciled_at', '2026-11-22 16:39:47.745+00');
INSERT INTO analytics.migrations VALUES
	(1, 1763800000001, 'CreateClicks1763800000001'),
	(2, 1763800000002, 'CreateReadModels1763800000002'),
	(3, 1763800000003, 'SettleClicks1763800000003'),
	(4, 1763800000004, 'EnrichClicks1763800000004'),
	(5, 1763800000005, 'IndexRecordedClicks1763800000005');
INSERT INTO analytics.session_counters VALUES
	(1928659274393488553, 2),
	(1618559075590484953, 1),
	(5555799619269868096, 3),
	(7971102449603578195, 3),
	(495942613341291976, 0),
	(2099090547765958920, 0),
	(3951938361385567273, 0),
	(4771103359598618049, 0);
INSERT INTO analytics.session_salts VALUES
	('2026-11-22', '\x2d203bd27bec87e5323755f5687ca95e0e1146e707f23a791d425f96891d127a', '2026-11-22 16:40:34.359152+00');
INSERT INTO analytics.unique_sessions VALUES
	(1928659274393488553, 3591986179850072241, 2),
	(5555799619269868096, 3591986179850072241, 2),
	(7971102449603578195, 3591986179850072241, 2),
	(1928659274393488553, -1633062336851484768, 1),
	(5555799619269868096, -1633062336851484768, 1),
	(7971102449603578195, -1633062336851484768, 1),
	(1618559075590484953, -6683155599475101661, 1),
	(5555799619269868096, -6683155599475101661, 1),
	(7971102449603578195, -6683155599475101661, 1);
INSERT INTO documents.documents VALUES
	('04fc94e3-555c-423b-866b-b5d5f9365290', 'jordan_avery', 'resume', 'resume_Jordan_Avery_20261122.docx', 'resume_Jordan_Avery_20261122', 1, 'job-jordan-avery', 'app-jordan-avery', 'jordan_avery/04fc94e3-555c-423b-866b-b5d5f9365290', '37585bd9e1f52f0feda5d5bc4f70534bc2341959a2f8c94a7830808c7aefd394', 10255, 'classic', 'f579422e983fd379', '{lt_calendly_3lSpgnz9MteymBIE,lt_linkedin_znY8BLkAk7aZuZV7,lt_portfolio_SUc8QAAzNBO4rrea}', '2026-11-22 16:40:29.541+00'),
	('65fa7735-9d07-41e1-9273-a2a92b6a6a5b', 'morgan_ellis', 'resume', 'resume_Morgan_Ellis_20261122.docx', 'resume_Morgan_Ellis_20261122', 1, 'job-morgan-ellis', 'app-morgan-ellis', 'morgan_ellis/65fa7735-9d07-41e1-9273-a2a92b6a6a5b', 'f66ab2ddeddc40a7040c8ce6ab38b2a14a01f5796b14abf68643afb675125192', 10253, 'classic', 'f579422e983fd379', '{lt_calendly_LzQqYaXV2aIfzkd3,lt_linkedin_Pb65K1gfN21fklb5,lt_portfolio_zYue9QYNBYjh5ce3}', '2026-11-22 16:40:30.024+00');
INSERT INTO documents.migrations VALUES
	(1, 1763800000000, 'CreateDocuments1763800000000'),
	(2, 1763805600000, 'CreateDocumentRequests1763805600000'),
	(3, 1763809200000, 'CreateTemplates1763809200000'),
	(4, 1763812000000, 'AnnounceCandidateUrls1763812000000'),
	(5, 1763815600000, 'IndexDocumentsByAge1763815600000');
INSERT INTO documents.user_candidate_info VALUES
	('default', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-22 16:39:47.735+00', '2026-11-22 16:39:47.735+00'),
	('jordan_avery', 'Jordan', 'Avery', 'jordan@example.com', '+1-202-555-0119', NULL, 'https://calendly.com/jordan-avery/30min', 'https://www.linkedin.com/in/jordan-avery-example', 'https://jordan-avery.example/work?tab=a&view=grid', '2026-11-22 16:40:29.009+00', '2026-11-22 16:40:29.009+00'),
	('morgan_ellis', 'Morgan', 'Ellis', 'morgan@example.com', '+1-202-555-0119', NULL, 'https://calendly.com/morgan-ellis/30min', 'https://www.linkedin.com/in/morgan-ellis-example', 'https://morgan-ellis.example/work?tab=a&view=grid', '2026-11-22 16:40:29.712+00', '2026-11-22 16:40:29.712+00');
INSERT INTO links.followed_profiles VALUES
	('jordan_avery', '2026-11-22 16:40:29.023578+00'),
	('morgan_ellis', '2026-11-22 16:40:29.715352+00');
INSERT INTO links.link_state VALUES
	('lt_calendly_3lSpgnz9MteymBIE', 1, '{"job_id": "job-jordan-avery", "user_id": "jordan_avery", "is_active": true, "link_type": "networking", "created_at": "2026-11-22T16:40:29.246Z", "description": "Calendly link in a resume", "destination": "fixed", "tracking_id": "lt_calendly_3lSpgnz9MteymBIE", "original_url": "https://calendly.com/jordan-avery/30min", "redirect_url": "https://go.example.com/track/lt_calendly_3lSpgnz9MteymBIE", "link_function": "Calendly", "application_id": "app-jordan-avery"}'),
	('lt_linkedin_znY8BLkAk7aZuZV7', 2, '{"job_id": "job-jordan-avery", "user_id": "jordan_avery", "is_active": true, "link_type": "profile", "created_at": "2026-11-22T16:40:29.246Z", "description": "LinkedIn link in a resume", "destination": "fixed", "tracking_id": "lt_linkedin_znY8BLkAk7aZuZV7", "original_url": "https://www.linkedin.com/in/jordan-avery-example", "redirect_url": "https://go.example.com/track/lt_linkedin_znY8BLkAk7aZuZV7", "link_function": "LinkedIn", "application_id": "app-jordan-avery"}'),
	('lt_portfolio_SUc8QAAzNBO4rrea', 3, '{"job_id": "job-jordan-avery", "user_id": "jordan_avery", "is_active": true, "link_type": "profile", "created_at": "2026-11-22T16:40:29.246Z", "description": "Portfolio link in a resume", "destination": "fixed", "tracking_id": "lt_portfolio_SUc8QAAzNBO4rrea", "original_url": "https://jordan-avery.example/work?tab=a&view=grid", "redirect_url": "https://go.example.com/track/lt_portfolio_SUc8QAAzNBO4rrea", "link_function": "Portfolio", "application_id": "app-jordan-avery"}'),
	('lt_calendly_LzQqYaXV2aIfzkd3', 4, '{"job_id": "job-morgan-ellis", "user_id": "morgan_ellis", "is_active": true, "link_type": "networking", "created_at": "2026-11-22T16:40:29.869Z", "description": "Calendly link in a resume", "destination": "fixed", "tracking_id": "lt_calendly_LzQqYaXV2aIfzkd3", "original_url": "https://calendly.com/morgan-ellis/30min", "redirect_url": "https://go.example.com/track/lt_calendly_LzQqYaXV2aIfzkd3", "link_function": "Calendly", "application_id": "app-morgan-ellis"}'),
	('lt_linkedin_Pb65K1gfN21fklb5', 5, '{"job_id": "job-morgan-ellis", "user_id": "morgan_ellis", "is_active": true, "link_type": "profile", "created_at": "2026-11-22T16:40:29.869Z", "description": "LinkedIn link in a resume", "destination": "fixed", "tracking_id": "lt_linkedin_Pb65K1gfN21fklb5", "original_url": "https://www.linkedin.com/in/morgan-ellis-example", "redirect_url": "https://go.example.com/track/lt_linkedin_Pb65K1gfN21fklb5", "link_function": "LinkedIn", "application_id": "app-morgan-ellis"}'),
	('lt_portfolio_zYue9QYNBYjh5ce3', 6, '{"job_id": "job-morgan-ellis", "user_id": "morgan_ellis", "is_active": true, "link_type": "profile", "created_at": "2026-11-22T16:40:29.869Z", "description": "Portfolio link in a resume", "destination": "fixed", "tracking_id": "lt_portfolio_zYue9QYNBYjh5ce3", "original_url": "https://morgan-ellis.example/work?tab=a&view=grid", "redirect_url": "https://go.example.com/track/lt_portfolio_zYue9QYNBYjh5ce3", "link_function": "Portfolio", "application_id": "app-morgan-ellis"}'),
	('lt_company_website_2ZSElc3SdKxHHk4e', 8, '{"job_id": "job-jordan-avery", "user_id": "default", "is_active": false, "link_type": "external", "created_at": "2026-11-22T16:40:34.430Z", "destination": "fixed", "tracking_id": "lt_company_website_2ZSElc3SdKxHHk4e", "original_url": "https://www.example.com/old", "redirect_url": "https://go.example.com/track/lt_company_website_2ZSElc3SdKxHHk4e", "link_function": "Company_Website"}');
INSERT INTO links.link_tracking VALUES
	('lt_calendly_3lSpgnz9MteymBIE', 'jordan_avery', 'job-jordan-avery', 'app-jordan-avery', 'Calendly', 'networking', 'https://calendly.com/jordan-avery/30min', 'https://go.example.com/track/lt_calendly_3lSpgnz9MteymBIE', '2026-11-22 16:40:29.246+00', 'api', true, 'Calendly link in a resume', NULL, NULL, NULL, 'fixed'),
	('lt_linkedin_znY8BLkAk7aZuZV7', 'jordan_avery', 'job-jordan-avery', 'app-jordan-avery', 'LinkedIn', 'profile', 'https://www.linkedin.com/in/jordan-avery-example', 'https://go.example.com/track/lt_linkedin_znY8BLkAk7aZuZV7', '2026-11-22 16:40:29.246+00', 'api', true, 'LinkedIn link in a resume', NULL, NULL, NULL, 'fixed'),
	('lt_portfolio_SUc8QAAzNBO4rrea', 'jordan_avery', 'job-jordan-avery', 'app-jordan-avery', 'Portfolio', 'profile', 'https://jordan-avery.example/work?tab=a&view=grid', 'https://go.example.com/track/lt_portfolio_SUc8QAAzNBO4rrea', '2026-11-22 16:40:29.246+00', 'api', true, 'Portfolio link in a resume', NULL, NULL, NULL, 'fixed'),
	('lt_calendly_LzQqYaXV2aIfzkd3', 'morgan_ellis', 'job-morgan-ellis', 'app-morgan-ellis', 'Calendly', 'networking', 'https://calendly.com/morgan-ellis/30min', 'https://go.example.com/track/lt_calendly_LzQqYaXV2aIfzkd3', '2026-11-22 16:40:29.869+00', 'api', true, 'Calendly link in a resume', NULL, NULL, NULL, 'fixed'),
	('lt_linkedin_Pb65K1gfN21fklb5', 'morgan_ellis', 'job-morgan-ellis', 'app-morgan-ellis', 'LinkedIn', 'profile', 'https://www.linkedin.com/in/morgan-ellis-example', 'https://go.example.com/track/lt_linkedin_Pb65K1gfN21fklb5', '2026-11-22 16:40:29.869+00', 'api', true, 'LinkedIn link in a resume', NULL, NULL, NULL, 'fixed'),
	('lt_portfolio_zYue9QYNBYjh5ce3', 'morgan_ellis', 'job-morgan-ellis', 'app-morgan-ellis', 'Portfolio', 'profile', 'https://morgan-ellis.example/work?tab=a&view=grid', 'https://go.example.com/track/lt_portfolio_zYue9QYNBYjh5ce3', '2026-11-22 16:40:29.869+00', 'api', true, 'Portfolio link in a resume', NULL, NULL, NULL, 'fixed'),
	('lt_company_website_2ZSElc3SdKxHHk4e', 'default', 'job-jordan-avery', NULL, 'Company_Website', 'external', 'https://www.example.com/old', 'https://go.example.com/track/lt_company_website_2ZSElc3SdKxHHk4e', '2026-11-22 16:40:34.43+00', 'api', false, NULL, '2026-11-22 16:40:34.474+00', NULL, NULL, 'fixed');
INSERT INTO links.migrations VALUES
	(1, 1763800000000, 'CreateLinkTracking1763800000000'),
	(2, 1763810000000, 'ExpireAndFollow1763810000000'),
	(3, 1763811000000, 'FollowProfiles1763811000000');
SELECT pg_catalog.setval('analytics.migrations_id_seq', 5, true);
SELECT pg_catalog.setval('analytics.settling_id_seq', 2, true);
SELECT pg_catalog.setval('documents.document_outbox_id_seq', 4, true);
SELECT pg_catalog.setval('documents.migrations_id_seq', 5, true);
SELECT pg_catalog.setval('links.link_changes_id_seq', 8, true);
SELECT pg_catalog.setval('links.link_revision', 8, true);
SELECT pg_catalog.setval('links.migrations_id_seq', 3, true);
SELECT pg_catalog.setval('links.outbox_id_seq', 8, true);
ALTER TABLE ONLY analytics.migrations
    ADD CONSTRAINT "PK_8c82d7f526340ab734260ea46be" PRIMARY KEY (id);
ALTER TABLE ONLY analytics.applications
    ADD CONSTRAINT applications_pkey PRIMARY KEY (user_id, application_id);
ALTER TABLE ONLY analytics.flagged_networks
    ADD CONSTRAINT flagged_networks_pkey PRIMARY KEY (network, flagged_at);
ALTER TABLE ONLY analytics.link_clicks
    ADD CONSTRAINT link_clicks_pkey PRIMARY KEY (click_id, clicked_at);
ALTER TABLE ONLY analytics.link_clicks_2025_10
    ADD CONSTRAINT link_clicks_2025_10_pkey PRIMARY KEY (click_id, clicked_at);
ALTER TABLE ONLY analytics.link_clicks_2026_11
    ADD CONSTRAINT link_clicks_2026_11_pkey PRIMARY KEY (click_id, clicked_at);
ALTER TABLE ONLY analytics.link_clicks_2026_12
    ADD CONSTRAINT link_clicks_2026_12_pkey PRIMARY KEY (click_id, clicked_at);
ALTER TABLE ONLY analytics.link_clicks_2027_01
    ADD CONSTRAINT link_clicks_2027_01_pkey PRIMARY KEY (click_id, clicked_at);
ALTER TABLE ONLY analytics.link_clicks_2027_02
    ADD CONSTRAINT link_clicks_2027_02_pkey PRIMARY KEY (click_id, clicked_at);
ALTER TABLE ONLY analytics.link_clicks_default
    ADD CONSTRAINT link_clicks_default_pkey PRIMARY KEY (click_id, clicked_at);
ALTER TABLE ONLY analytics.link_counters
    ADD CONSTRAINT link_counters_pkey PRIMARY KEY (tracking_id);
ALTER TABLE ONLY analytics.link_days
    ADD CONSTRAINT link_days_pkey PRIMARY KEY (day, tracking_id);
ALTER TABLE ONLY analytics.links
    ADD CONSTRAINT links_pkey PRIMARY KEY (tracking_id);
ALTER TABLE ONLY analytics.maintenance_marks
    ADD CONSTRAINT maintenance_marks_pkey PRIMARY KEY (name);
ALTER TABLE ONLY analytics.reported_clicks
    ADD CONSTRAINT reported_clicks_pkey PRIMARY KEY (tracking_id, event_id);
ALTER TABLE ONLY analytics.session_counters
    ADD CONSTRAINT session_counters_pkey PRIMARY KEY (scope_key);
ALTER TABLE ONLY analytics.session_salts
    ADD CONSTRAINT session_salts_pkey PRIMARY KEY (day);
ALTER TABLE ONLY analytics.settling
    ADD CONSTRAINT settling_pkey PRIMARY KEY (id);
ALTER TABLE ONLY analytics.unique_sessions
    ADD CONSTRAINT unique_sessions_pkey PRIMARY KEY (scope_key, session);
ALTER TABLE ONLY documents.migrations
    ADD CONSTRAINT "PK_8c82d7f526340ab734260ea46be" PRIMARY KEY (id);
ALTER TABLE ONLY documents.document_outbox
    ADD CONSTRAINT document_outbox_pkey PRIMARY KEY (id);
ALTER TABLE ONLY documents.document_requests
    ADD CONSTRAINT document_requests_pkey PRIMARY KEY (operation, idempotency_key);
ALTER TABLE ONLY documents.documents
    ADD CONSTRAINT documents_filename_base_filename_number_key UNIQUE (filename_base, filename_number);
ALTER TABLE ONLY documents.documents
    ADD CONSTRAINT documents_filename_key UNIQUE (filename);
ALTER TABLE ONLY documents.documents
    ADD CONSTRAINT documents_pkey PRIMARY KEY (document_id);
ALTER TABLE ONLY documents.template_defaults
    ADD CONSTRAINT template_defaults_pkey PRIMARY KEY (user_id, kind);
ALTER TABLE ONLY documents.template_versions
    ADD CONSTRAINT template_versions_pkey PRIMARY KEY (template_id, version);
ALTER TABLE ONLY documents.templates
    ADD CONSTRAINT templates_name_key UNIQUE (name);
ALTER TABLE ONLY documents.templates
    ADD CONSTRAINT templates_pkey PRIMARY KEY (template_id);
ALTER TABLE ONLY documents.user_candidate_info
    ADD CONSTRAINT user_candidate_info_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY links.migrations
    ADD CONSTRAINT "PK_8c82d7f526340ab734260ea46be" PRIMARY KEY (id);
ALTER TABLE ONLY links.followed_profiles
    ADD CONSTRAINT followed_profiles_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY links.link_changes
    ADD CONSTRAINT link_changes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY links.link_state
    ADD CONSTRAINT link_state_pkey PRIMARY KEY (tracking_id);
ALTER TABLE ONLY links.link_state
    ADD CONSTRAINT link_state_revision_key UNIQUE (revision);
ALTER TABLE ONLY links.link_tracking
    ADD CONSTRAINT link_tracking_pkey PRIMARY KEY (tracking_id);
ALTER TABLE ONLY links.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);
CREATE INDEX link_clicks_with_visitor ON ONLY analytics.link_clicks USING btree (clicked_at) WHERE ((ip_address IS NOT NULL) OR (user_agent IS NOT NULL));
CREATE INDEX link_clicks_2025_10_clicked_at_idx ON analytics.link_clicks_2025_10 USING btree (clicked_at) WHERE ((ip_address IS NOT NULL) OR (user_agent IS NOT NULL));
CREATE INDEX link_clicks_by_network ON ONLY analytics.link_clicks USING btree (analytics.network_of(ip_address), clicked_at) WHERE (ip_address IS NOT NULL);
CREATE INDEX link_clicks_2025_10_network_of_clicked_at_idx ON analytics.link_clicks_2025_10 USING btree (analytics.network_of(ip_address), clicked_at) WHERE (ip_address IS NOT NULL);
CREATE INDEX link_preflights_by_network ON ONLY analytics.link_clicks USING btree (analytics.network_of(ip_address), clicked_at) WHERE ((ip_address IS NOT NULL) AND (answer = 'preflight'::text));
CREATE INDEX link_clicks_2025_10_network_of_clicked_at_idx1 ON analytics.link_clicks_2025_10 USING btree (analytics.network_of(ip_address), clicked_at) WHERE ((ip_address IS NOT NULL) AND (answer = 'preflight'::text));
CREATE INDEX link_clicks_by_recording ON ONLY analytics.link_clicks USING brin (recorded_at);
CREATE INDEX link_clicks_2025_10_recorded_at_idx ON analytics.link_clicks_2025_10 USING brin (recorded_at);
CREATE INDEX link_clicks_by_link ON ONLY analytics.link_clicks USING btree (tracking_id, clicked_at DESC);
CREATE INDEX link_clicks_2025_10_tracking_id_clicked_at_idx ON analytics.link_clicks_2025_10 USING btree (tracking_id, clicked_at DESC);
CREATE INDEX link_clicks_2026_11_clicked_at_idx ON analytics.link_clicks_2026_11 USING btree (clicked_at) WHERE ((ip_address IS NOT NULL) OR (user_agent IS NOT NULL));
CREATE INDEX link_clicks_2026_11_network_of_clicked_at_idx ON analytics.link_clicks_2026_11 USING btree (analytics.network_of(ip_address), clicked_at) WHERE (ip_address IS NOT NULL);
CREATE INDEX link_clicks_2026_11_network_of_clicked_at_idx1 ON analytics.link_clicks_2026_11 USING btree (analytics.network_of(ip_address), clicked_at) WHERE ((ip_address IS NOT NULL) AND (answer = 'preflight'::text));
CREATE INDEX link_clicks_2026_11_recorded_at_idx ON analytics.link_clicks_2026_11 USING brin (recorded_at);
CREATE INDEX link_clicks_2026_11_tracking_id_clicked_at_idx ON analytics.link_clicks_2026_11 USING btree (tracking_id, clicked_at DESC);
CREATE INDEX link_clicks_2026_12_clicked_at_idx ON analytics.link_clicks_2026_12 USING btree (clicked_at) WHERE ((ip_address IS NOT NULL) OR (user_agent IS NOT NULL));
CREATE INDEX link_clicks_2026_12_network_of_clicked_at_idx ON analytics.link_clicks_2026_12 USING btree (analytics.network_of(ip_address), clicked_at) WHERE (ip_address IS NOT NULL);
CREATE INDEX link_clicks_2026_12_network_of_clicked_at_idx1 ON analytics.link_clicks_2026_12 USING btree (analytics.network_of(ip_address), clicked_at) WHERE ((ip_address IS NOT NULL) AND (answer = 'preflight'::text));
CREATE INDEX link_clicks_2026_12_recorded_at_idx ON analytics.link_clicks_2026_12 USING brin (recorded_at);
CREATE INDEX link_clicks_2026_12_tracking_id_clicked_at_idx ON analytics.link_clicks_2026_12 USING btree (tracking_id, clicked_at DESC);
CREATE INDEX link_clicks_2027_01_clicked_at_idx ON analytics.link_clicks_2027_01 USING btree (clicked_at) WHERE ((ip_address IS NOT NULL) OR (user_agent IS NOT NULL));
CREATE INDEX link_clicks_2027_01_network_of_clicked_at_idx ON analytics.link_clicks_2027_01 USING btree (analytics.network_of(ip_address), clicked_at) WHERE (ip_address IS NOT NULL);
CREATE INDEX link_clicks_2027_01_network_of_clicked_at_idx1 ON analytics.link_clicks_2027_01 USING btree (analytics.network_of(ip_address), clicked_at) WHERE ((ip_address IS NOT NULL) AND (answer = 'preflight'::text));
CREATE INDEX link_clicks_2027_01_recorded_at_idx ON analytics.link_clicks_2027_01 USING brin (recorded_at);
CREATE INDEX link_clicks_2027_01_tracking_id_clicked_at_idx ON analytics.link_clicks_2027_01 USING btree (tracking_id, clicked_at DESC);
CREATE INDEX link_clicks_2027_02_clicked_at_idx ON analytics.link_clicks_2027_02 USING btree (clicked_at) WHERE ((ip_address IS NOT NULL) OR (user_agent IS NOT NULL));
CREATE INDEX link_clicks_2027_02_network_of_clicked_at_idx ON analytics.link_clicks_2027_02 USING btree (analytics.network_of(ip_address), clicked_at) WHERE (ip_address IS NOT NULL);
CREATE INDEX link_clicks_2027_02_network_of_clicked_at_idx1 ON analytics.link_clicks_2027_02 USING btree (analytics.network_of(ip_address), clicked_at) WHERE ((ip_address IS NOT NULL) AND (answer = 'preflight'::text));
CREATE INDEX link_clicks_2027_02_recorded_at_idx ON analytics.link_clicks_2027_02 USING brin (recorded_at);
CREATE INDEX link_clicks_2027_02_tracking_id_clicked_at_idx ON analytics.link_clicks_2027_02 USING btree (tracking_id, clicked_at DESC);
CREATE INDEX link_clicks_default_clicked_at_idx ON analytics.link_clicks_default USING btree (clicked_at) WHERE ((ip_address IS NOT NULL) OR (user_agent IS NOT NULL));
CREATE INDEX link_clicks_default_network_of_clicked_at_idx ON analytics.link_clicks_default USING btree (analytics.network_of(ip_address), clicked_at) WHERE (ip_address IS NOT NULL);
CREATE INDEX link_clicks_default_network_of_clicked_at_idx1 ON analytics.link_clicks_default USING btree (analytics.network_of(ip_address), clicked_at) WHERE ((ip_address IS NOT NULL) AND (answer = 'preflight'::text));
CREATE INDEX link_clicks_default_recorded_at_idx ON analytics.link_clicks_default USING brin (recorded_at);
CREATE INDEX link_clicks_default_tracking_id_clicked_at_idx ON analytics.link_clicks_default USING btree (tracking_id, clicked_at DESC);
CREATE INDEX link_counters_by_application ON analytics.link_counters USING btree (application_id) WHERE (application_id IS NOT NULL);
CREATE INDEX link_counters_by_job ON analytics.link_counters USING btree (job_id) WHERE (job_id IS NOT NULL);
CREATE INDEX links_by_application ON analytics.links USING btree (application_id) WHERE (application_id IS NOT NULL);
CREATE INDEX links_by_job ON analytics.links USING btree (job_id) WHERE (job_id IS NOT NULL);
CREATE INDEX settling_by_time ON analytics.settling USING btree (due_at);
CREATE INDEX document_requests_by_age ON documents.document_requests USING btree (created_at);
CREATE INDEX document_requests_by_document ON documents.document_requests USING btree (((answer ->> 'document_id'::text)));
CREATE INDEX documents_by_age ON documents.documents USING btree (created_at);
CREATE INDEX documents_by_file ON documents.documents USING btree (storage_key);
CREATE INDEX documents_by_user ON documents.documents USING btree (user_id, created_at DESC);
CREATE INDEX link_tracking_application ON links.link_tracking USING btree (application_id);
CREATE INDEX link_tracking_following ON links.link_tracking USING btree (user_id) WHERE (destination = 'follow_profile'::text);
CREATE UNIQUE INDEX link_tracking_identity ON links.link_tracking USING btree (user_id, job_id, application_id, link_function, destination, (
CASE destination
    WHEN 'fixed'::text THEN md5(original_url)
    ELSE ''::text
END)) NULLS NOT DISTINCT;
CREATE INDEX link_tracking_job ON links.link_tracking USING btree (job_id);
CREATE INDEX link_tracking_newest ON links.link_tracking USING btree (created_at, tracking_id);
ALTER INDEX analytics.link_clicks_with_visitor ATTACH PARTITION analytics.link_clicks_2025_10_clicked_at_idx;
ALTER INDEX analytics.link_clicks_by_network ATTACH PARTITION analytics.link_clicks_2025_10_network_of_clicked_at_idx;
ALTER INDEX analytics.link_preflights_by_network ATTACH PARTITION analytics.link_clicks_2025_10_network_of_clicked_at_idx1;
ALTER INDEX analytics.link_clicks_pkey ATTACH PARTITION analytics.link_clicks_2025_10_pkey;
ALTER INDEX analytics.link_clicks_by_recording ATTACH PARTITION analytics.link_clicks_2025_10_recorded_at_idx;
ALTER INDEX analytics.link_clicks_by_link ATTACH PARTITION analytics.link_clicks_2025_10_tracking_id_clicked_at_idx;
ALTER INDEX analytics.link_clicks_with_visitor ATTACH PARTITION analytics.link_clicks_2026_11_clicked_at_idx;
ALTER INDEX analytics.link_clicks_by_network ATTACH PARTITION analytics.link_clicks_2026_11_network_of_clicked_at_idx;
ALTER INDEX analytics.link_preflights_by_network ATTACH PARTITION analytics.link_clicks_2026_11_network_of_clicked_at_idx1;
ALTER INDEX analytics.link_clicks_pkey ATTACH PARTITION analytics.link_clicks_2026_11_pkey;
ALTER INDEX analytics.link_clicks_by_recording ATTACH PARTITION analytics.link_clicks_2026_11_recorded_at_idx;
ALTER INDEX analytics.link_clicks_by_link ATTACH PARTITION analytics.link_clicks_2026_11_tracking_id_clicked_at_idx;
ALTER INDEX analytics.link_clicks_with_visitor ATTACH PARTITION analytics.link_clicks_2026_12_clicked_at_idx;
ALTER INDEX analytics.link_clicks_by_network ATTACH PARTITION analytics.link_clicks_2026_12_network_of_clicked_at_idx;
ALTER INDEX analytics.link_preflights_by_network ATTACH PARTITION analytics.link_clicks_2026_12_network_of_clicked_at_idx1;
ALTER INDEX analytics.link_clicks_pkey ATTACH PARTITION analytics.link_clicks_2026_12_pkey;
ALTER INDEX analytics.link_clicks_by_recording ATTACH PARTITION analytics.link_clicks_2026_12_recorded_at_idx;
ALTER INDEX analytics.link_clicks_by_link ATTACH PARTITION analytics.link_clicks_2026_12_tracking_id_clicked_at_idx;
ALTER INDEX analytics.link_clicks_with_visitor ATTACH PARTITION analytics.link_clicks_2027_01_clicked_at_idx;
ALTER INDEX analytics.link_clicks_by_network ATTACH PARTITION analytics.link_clicks_2027_01_network_of_clicked_at_idx;
ALTER INDEX analytics.link_preflights_by_network ATTACH PARTITION analytics.link_clicks_2027_01_network_of_clicked_at_idx1;
ALTER INDEX analytics.link_clicks_pkey ATTACH PARTITION analytics.link_clicks_2027_01_pkey;
ALTER INDEX analytics.link_clicks_by_recording ATTACH PARTITION analytics.link_clicks_2027_01_recorded_at_idx;
ALTER INDEX analytics.link_clicks_by_link ATTACH PARTITION analytics.link_clicks_2027_01_tracking_id_clicked_at_idx;
ALTER INDEX analytics.link_clicks_with_visitor ATTACH PARTITION analytics.link_clicks_2027_02_clicked_at_idx;
ALTER INDEX analytics.link_clicks_by_network ATTACH PARTITION analytics.link_clicks_2027_02_network_of_clicked_at_idx;
ALTER INDEX analytics.link_preflights_by_network ATTACH PARTITION analytics.link_clicks_2027_02_network_of_clicked_at_idx1;
ALTER INDEX analytics.link_clicks_pkey ATTACH PARTITION analytics.link_clicks_2027_02_pkey;
ALTER INDEX analytics.link_clicks_by_recording ATTACH PARTITION analytics.link_clicks_2027_02_recorded_at_idx;
ALTER INDEX analytics.link_clicks_by_link ATTACH PARTITION analytics.link_clicks_2027_02_tracking_id_clicked_at_idx;
ALTER INDEX analytics.link_clicks_with_visitor ATTACH PARTITION analytics.link_clicks_default_clicked_at_idx;
ALTER INDEX analytics.link_clicks_by_network ATTACH PARTITION analytics.link_clicks_default_network_of_clicked_at_idx;
ALTER INDEX analytics.link_preflights_by_network ATTACH PARTITION analytics.link_clicks_default_network_of_clicked_at_idx1;
ALTER INDEX analytics.link_clicks_pkey ATTACH PARTITION analytics.link_clicks_default_pkey;
ALTER INDEX analytics.link_clicks_by_recording ATTACH PARTITION analytics.link_clicks_default_recorded_at_idx;
ALTER INDEX analytics.link_clicks_by_link ATTACH PARTITION analytics.link_clicks_default_tracking_id_clicked_at_idx;
CREATE TRIGGER announce_changed_urls AFTER UPDATE ON documents.user_candidate_info FOR EACH ROW WHEN (((new.user_id ~ '^[A-Za-z0-9._:-]{1,100}$'::text) AND (((old.calendly_url IS DISTINCT FROM new.calendly_url) OR (old.linkedin_url IS DISTINCT FROM new.linkedin_url)) OR (old.portfolio_url IS DISTINCT FROM new.portfolio_url)))) EXECUTE FUNCTION documents.announce_candidate_urls();
CREATE TRIGGER announce_new_urls AFTER INSERT ON documents.user_candidate_info FOR EACH ROW WHEN (((new.user_id ~ '^[A-Za-z0-9._:-]{1,100}$'::text) AND (COALESCE(new.calendly_url, new.linkedin_url, new.portfolio_url) IS NOT NULL))) EXECUTE FUNCTION documents.announce_candidate_urls();
CREATE TRIGGER stamp_update BEFORE UPDATE ON documents.user_candidate_info FOR EACH ROW EXECUTE FUNCTION documents.stamp_candidate_update();
CREATE TRIGGER link_deactivation BEFORE INSERT OR UPDATE OF is_active ON links.link_tracking FOR EACH ROW EXECUTE FUNCTION links.stamp_link_deactivation();
CREATE TRIGGER link_deleted AFTER DELETE ON links.link_tracking FOR EACH ROW EXECUTE FUNCTION links.note_link_change();
CREATE TRIGGER link_inserted AFTER INSERT ON links.link_tracking FOR EACH ROW EXECUTE FUNCTION links.note_link_change();
CREATE TRIGGER link_updated AFTER UPDATE ON links.link_tracking FOR EACH ROW WHEN ((((to_jsonb(old.*) - 'redirect_url'::text) IS DISTINCT FROM (to_jsonb(new.*) - 'redirect_url'::text)) OR ((old.redirect_url IS NOT NULL) AND (old.redirect_url IS DISTINCT FROM new.redirect_url)))) EXECUTE FUNCTION links.note_link_change();
ALTER TABLE ONLY documents.template_defaults
    ADD CONSTRAINT template_defaults_user_id_fkey FOREIGN KEY (user_id) REFERENCES documents.user_candidate_info(user_id) ON DELETE CASCADE;
ALTER TABLE ONLY documents.template_versions
    ADD CONSTRAINT template_versions_template_id_fkey FOREIGN KEY (template_id) REFERENCES documents.templates(template_id) ON DELETE CASCADE;
