"""The tables of an index in PostgreSQL, and the statements that are put to them.

An index is three tables of a *build*: segments, the terms of each segment with their postings (see ``codec``), and the
texts of its documents. Where the extension ``pg_trgm`` is at hand when the index is built, a fourth has each word once,
so that those near a mistyped one are found without reading all that begin alike. They stand in a schema of their own
beside the tables of the site, for they are no part of what is known: whatever is in them can be made again. ``current``
names the build in use; to change that one row, or to hold it, is to be the one who writes.
"""

import secrets
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from search_index.engines.schema import VERSION as CONTENT_VERSION

SCHEMA = "theke_search"
VERSION = f"{CONTENT_VERSION}.1"
"""An index of another version is rebuilt, never read."""

# A connection of psycopg, which only those who have PostgreSQL install.
type_of_connection = Any
Connecting = AbstractContextManager[type_of_connection]

UNDEFINED = {"42P01", "3F000"}
"""What PostgreSQL calls a missing table or schema."""
NOT_FREE = "55P03"
"""A lock that was not to be had in time."""

CREATE_HOME = """
CREATE SCHEMA IF NOT EXISTS {schema};
CREATE TABLE IF NOT EXISTS {schema}.current (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    build text NOT NULL,
    version text NOT NULL,
    generation bigint NOT NULL,
    has_words boolean NOT NULL
)"""

CREATE = """
CREATE TABLE {schema}.segments_{build} (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    size integer NOT NULL,
    deleted bytea NOT NULL DEFAULT '',
    facts bytea NOT NULL,
    vocabulary bytea NOT NULL
);
CREATE TABLE {schema}.terms_{build} (
    segment integer NOT NULL,
    key bytea NOT NULL,
    postings bytea NOT NULL,
    PRIMARY KEY (segment, key)
);
CREATE TABLE {schema}.texts_{build} (
    segment integer NOT NULL,
    document integer NOT NULL,
    text bytea NOT NULL,
    PRIMARY KEY (segment, document)
);
ALTER TABLE {schema}.segments_{build} ALTER facts SET STORAGE EXTERNAL, ALTER vocabulary SET STORAGE EXTERNAL;
ALTER TABLE {schema}.terms_{build} ALTER postings SET STORAGE EXTERNAL;
ALTER TABLE {schema}.texts_{build} ALTER text SET STORAGE EXTERNAL"""

CREATE_WORDS = """
CREATE TABLE {schema}.words_{build} (
    language text NOT NULL,
    word text NOT NULL,
    PRIMARY KEY (language, word)
);
CREATE INDEX words_{build}_near ON {schema}.words_{build} USING gin (word gin_trgm_ops)"""

ANALYZE = "ANALYZE {schema}.segments_{build}, {schema}.terms_{build}, {schema}.texts_{build}"
DROP = """
DROP TABLE IF EXISTS {schema}.segments_{build}, {schema}.terms_{build}, {schema}.texts_{build}, {schema}.words_{build}"""
BUILDS = """
SELECT DISTINCT split_part(tablename, '_', 2) FROM pg_tables
WHERE schemaname = %s AND tablename ~ '^(segments|terms|texts|words)_[0-9a-f]{{12}}$'"""

CURRENT = "SELECT build, generation, has_words FROM {schema}.current WHERE version = %s"
HOLD_CURRENT = "SELECT build, generation, has_words FROM {schema}.current WHERE version = %s FOR UPDATE"
HOLD_ANY = "SELECT build, generation, has_words FROM {schema}.current FOR UPDATE"
COMMITTED = "UPDATE {schema}.current SET generation = generation + 1"
SWAP = """
INSERT INTO {schema}.current (build, version, generation, has_words) VALUES (%s, %s, 1, %s)
ON CONFLICT (only_one) DO UPDATE
SET build = excluded.build, version = excluded.version, generation = 1, has_words = excluded.has_words"""
HAS_TRIGRAMS = """
SELECT to_regoperator('%(text,text)') IS NOT NULL AND EXISTS (
    SELECT FROM pg_opclass WHERE opcname = 'gin_trgm_ops' AND pg_opclass_is_visible(oid))"""
REBUILDING = "SELECT pg_try_advisory_xact_lock(hashtext(%s))"

SEGMENTS = "SELECT id, size, deleted FROM {schema}.segments_{build} ORDER BY id"
CONTENTS = "SELECT id, facts, vocabulary FROM {schema}.segments_{build} WHERE id = ANY(%s::integer[])"
POSTINGS = """
SELECT segment, key, postings FROM {schema}.terms_{build}
WHERE segment = ANY(%s::integer[]) AND key = ANY(%s::bytea[])"""
BEGINNINGS = """
SELECT segment, key, octet_length(postings) FROM {schema}.terms_{build}
WHERE segment = ANY(%s::integer[]) AND key >= %s AND key < %s ORDER BY segment, key"""
TEXTS = """
SELECT segment, document, text FROM {schema}.texts_{build}
JOIN unnest(%s::integer[], %s::integer[]) AS wanted (segment, document) USING (segment, document)"""

WIDELY = "SELECT set_config('pg_trgm.similarity_threshold', '0.12', false)"
"""Nearer words have more trigrams in common; two letters that are swapped leave a short word but few."""
NEAR = "SELECT word FROM {schema}.words_{build} WHERE language = %s AND word %% %s"
ADD_WORDS = """
INSERT INTO {schema}.words_{build} (language, word) SELECT %s, unnest(%s::text[]) ON CONFLICT DO NOTHING"""

ADD_SEGMENT = "INSERT INTO {schema}.segments_{build} (size, facts, vocabulary) VALUES (%s, %s, %s) RETURNING id"
ADD_TERMS = "COPY {schema}.terms_{build} (segment, key, postings) FROM STDIN (FORMAT BINARY)"
ADD_TEXTS = "COPY {schema}.texts_{build} (segment, document, text) FROM STDIN (FORMAT BINARY)"
MOVE_TEXTS = """
INSERT INTO {schema}.texts_{build} (segment, document, text)
SELECT %s, later, text FROM {schema}.texts_{build}
JOIN unnest(%s::integer[], %s::integer[]) AS moved (document, later) USING (document) WHERE segment = %s"""
TERMS_OF = "SELECT key, postings FROM {schema}.terms_{build} WHERE segment = %s"
DELETE = "UPDATE {schema}.segments_{build} SET deleted = %s WHERE id = %s"
REMOVE = (
    "DELETE FROM {schema}.terms_{build} WHERE segment = ANY(%s::integer[])",
    "DELETE FROM {schema}.texts_{build} WHERE segment = ANY(%s::integer[])",
    "DELETE FROM {schema}.segments_{build} WHERE id = ANY(%s::integer[])",
)
INCOMPLETE = """
SELECT count(*) FROM {schema}.segments_{build} AS one WHERE
    octet_length(vocabulary) / %s <> (SELECT count(*) FROM {schema}.terms_{build} WHERE segment = one.id
        AND octet_length(postings) > 0 AND octet_length(postings) %% %s = 0)
    OR size <> (SELECT count(*) FROM {schema}.texts_{build} WHERE segment = one.id)"""


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one build; ``build`` is part of their names."""

    schema: str
    build: str = ""
    has_words: bool = False

    def put(self, connection: type_of_connection, statement: str, *values: Any) -> Any:
        """Put one of the statements above to these tables; returns the cursor."""
        said = statement.format(schema=self.schema, build=self.build)
        cursor = connection.cursor(binary=bool(values) or statement.startswith("SELECT"))
        return cursor.execute(said, values or None)

    def copy(self, connection: type_of_connection, statement: str) -> Any:
        """What takes the rows of a COPY, within a ``with``."""
        return connection.cursor().copy(statement.format(schema=self.schema, build=self.build))

    def another(self, *, has_words: bool) -> "Tables":
        """The tables of a new build."""
        return Tables(self.schema, secrets.token_hex(6), has_words)
