namespace Backflow.Runs.Store;

/// <summary>The tables of a store. docs/run-format.md explains them, and a test compares both.</summary>
internal static class StoreSchema
{
    /// <summary>"bkfl": tells `file` and us that the database is a Backflow store.</summary>
    public const int ApplicationId = 0x626B_666C;

    /// <summary>The format that this build writes, and the newest that it reads.</summary>
    public const int Version = 3;

    /// <summary>What is asked of runs that are trained.</summary>
    public const string Request = """
        CREATE TABLE request (
            request_key INTEGER PRIMARY KEY AUTOINCREMENT,
            run_key     INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            created_ms  INTEGER NOT NULL,
            kind        TEXT    NOT NULL,
            value       ANY,
            step        INTEGER
        ) STRICT;

        CREATE INDEX request_by_run ON request (run_key);
        """;

    /// <summary>Every table and index, in the order of creation.</summary>
    public const string Sql = $"""
        CREATE TABLE run (
            run_key               INTEGER PRIMARY KEY,
            id                    TEXT    NOT NULL UNIQUE,
            name                  TEXT    NOT NULL UNIQUE,
            status                TEXT    NOT NULL,
            created_ms            INTEGER NOT NULL,
            updated_ms            INTEGER NOT NULL,
            task                  TEXT    NOT NULL,
            cell                  TEXT    NOT NULL,
            configuration_json    TEXT    NOT NULL,
            seed                  INTEGER NOT NULL,
            product_version       TEXT    NOT NULL,
            machine               TEXT    NOT NULL,
            command_line          TEXT    NOT NULL,
            host                  TEXT    NOT NULL,
            process_id            INTEGER NOT NULL,
            process_started_ms    INTEGER NOT NULL,
            heartbeat_ms          INTEGER NOT NULL,
            last_step             INTEGER,
            final_training_loss   ANY,
            final_validation_loss ANY,
            dropped_rows          INTEGER NOT NULL DEFAULT 0,
            rewinds               INTEGER NOT NULL DEFAULT 0,
            pinned                INTEGER NOT NULL DEFAULT 0,
            paused                INTEGER NOT NULL DEFAULT 0,
            kind                  TEXT    NOT NULL DEFAULT 'training',
            belongs_to            TEXT,
            tags                  TEXT    NOT NULL DEFAULT '[]',
            note                  TEXT    NOT NULL DEFAULT ''
        ) STRICT;

        CREATE TABLE run_counter (
            prefix TEXT    PRIMARY KEY,
            last   INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE metric (
            metric_key INTEGER PRIMARY KEY,
            run_key    INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            kind       TEXT    NOT NULL,
            name       TEXT    NOT NULL,
            UNIQUE (run_key, kind, name)
        ) STRICT;

        CREATE TABLE scalar (
            metric_key INTEGER NOT NULL REFERENCES metric ON DELETE CASCADE,
            step       INTEGER NOT NULL,
            value      ANY     NOT NULL,
            PRIMARY KEY (metric_key, step)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE timestep_row (
            metric_key INTEGER NOT NULL REFERENCES metric ON DELETE CASCADE,
            layer      INTEGER NOT NULL,
            step       INTEGER NOT NULL,
            data       BLOB    NOT NULL,
            PRIMARY KEY (metric_key, layer, step)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE sample (
            sample_key INTEGER PRIMARY KEY AUTOINCREMENT,
            run_key    INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            step       INTEGER NOT NULL,
            created_ms INTEGER NOT NULL,
            text       TEXT    NOT NULL
        ) STRICT;

        CREATE INDEX sample_by_run ON sample (run_key);

        CREATE TABLE event (
            event_key    INTEGER PRIMARY KEY AUTOINCREMENT,
            run_key      INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            step         INTEGER NOT NULL,
            created_ms   INTEGER NOT NULL,
            level        TEXT    NOT NULL,
            title        TEXT    NOT NULL,
            text         TEXT    NOT NULL,
            payload_json TEXT
        ) STRICT;

        CREATE INDEX event_by_run ON event (run_key);

        {Request}

        CREATE TABLE checkpoint (
            run_key    INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            step       INTEGER NOT NULL,
            file       TEXT    NOT NULL,
            bytes      INTEGER NOT NULL,
            sha256     TEXT    NOT NULL,
            created_ms INTEGER NOT NULL,
            PRIMARY KEY (run_key, step)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE checkpoint_pin (
            run_key INTEGER NOT NULL,
            label   TEXT    NOT NULL,
            step    INTEGER NOT NULL,
            PRIMARY KEY (run_key, label),
            FOREIGN KEY (run_key, step) REFERENCES checkpoint ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        """;
}
