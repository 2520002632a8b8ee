using Faas.Supervisor.Functions;
using Microsoft.Data.Sqlite;

namespace Faas.Supervisor.AsyncInvocations;

/// <summary>The database file: SQLite with a write-ahead log, so that readers never wait for the writer.</summary>
internal static class InvocationDatabase
{
    // Raised when an older program could misread the tables.
    private const int CurrentFormat = 1;

    // FULL: a commit is on the disk, not only in the page cache, when it returns (sqlite.org/pragma.html#pragma_synchronous).
    private const string Settings = """
        PRAGMA auto_vacuum = INCREMENTAL;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA journal_size_limit = 67108864;
        """;

    /// <summary>Scheme, host and port of where an end is told, as an expression of SQL.</summary>
    public const string CallbackHost = "substr(callback, 1, 8 + instr(substr(callback, 9), '/'))";

    // For each question "what is due for this host" and "which host comes next". Not of the format: an older program does without.
    private const string LaterIndexes =
        $"CREATE INDEX IF NOT EXISTS telling_by_host ON invocation({CallbackHost}, callbackdue) WHERE callbackdue IS NOT NULL;";

    // Blobs last: a row's other columns are read without them. The indexes hold only what each question is about.
    private const string Tables = """
        CREATE TABLE invocation(
          seq INTEGER PRIMARY KEY,
          secret INTEGER NOT NULL,
          name TEXT NOT NULL,
          version TEXT NOT NULL,
          state INTEGER NOT NULL,
          timed INTEGER NOT NULL,
          accepted INTEGER NOT NULL,
          due INTEGER,
          ended INTEGER,
          attempts INTEGER NOT NULL,
          allowed INTEGER NOT NULL,
          retries INTEGER NOT NULL,
          error TEXT,
          message TEXT,
          exitcode INTEGER,
          callback TEXT,
          callbackstate INTEGER NOT NULL,
          callbackattempts INTEGER NOT NULL,
          callbackdue INTEGER,
          bytes INTEGER NOT NULL,
          argc INTEGER NOT NULL,
          strings BLOB,
          input BLOB,
          output BLOB);
        CREATE INDEX waiting ON invocation(due) WHERE state IN (0, 2);
        CREATE INDEX under_way ON invocation(seq) WHERE state = 1;
        CREATE INDEX ended_at ON invocation(ended) WHERE ended IS NOT NULL;
        CREATE INDEX telling ON invocation(callbackdue) WHERE callbackdue IS NOT NULL;
        CREATE INDEX by_state ON invocation(state, seq);
        CREATE INDEX by_name ON invocation(name, seq);
        CREATE TABLE attempt(
          seq INTEGER NOT NULL,
          number INTEGER NOT NULL,
          started INTEGER NOT NULL,
          ended INTEGER,
          error TEXT,
          invocation TEXT,
          PRIMARY KEY(seq, number)) WITHOUT ROWID;
        CREATE TABLE schedule(
          name TEXT PRIMARY KEY,
          expression TEXT NOT NULL,
          seen INTEGER NOT NULL,
          last INTEGER,
          lastseq INTEGER,
          lastsecret INTEGER,
          missed INTEGER NOT NULL,
          lastmissed INTEGER,
          reason TEXT) WITHOUT ROWID;
        PRAGMA user_version = 1;
        """;

    /// <summary>Opens it for the one writer, and makes it when it is not there.</summary>
    /// <exception cref="StartupFailureException">It cannot be read, or is of a later program.</exception>
    public static SqliteConnection OpenForWriting(string path)
    {
        try
        {
            // SQLite gives the log and the shared memory beside it the same mode.
            using (File.Open(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, UnixCreateMode = DataDirectory.FileMode }))
            {
            }

            var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
            connection.Open();
            Execute(connection, Settings);
            using var version = connection.CreateCommand();
            version.CommandText = "PRAGMA user_version";
            var format = Convert.ToInt32(version.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
            if (format == 0)
            {
                Execute(connection, $"BEGIN IMMEDIATE;{Tables}COMMIT;");
            }
            else if (format != CurrentFormat)
            {
                connection.Dispose();
                throw new StartupFailureException(
                    $"{path} has format {format}, this program knows {CurrentFormat}", "start the program that wrote it, or move the file away");
            }

            Execute(connection, LaterIndexes);
            return connection;
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, exception);
        }
    }

    /// <summary>Why the server does not start.</summary>
    public static StartupFailureException Unreadable(string path, Exception cause) => new(
        $"the asynchronous invocations in {path} cannot be read: {cause.Message}",
        "restore the file, or move it away to start without them",
        innerException: cause);

    /// <summary>What the disk refused, as <see cref="StorageFailedException"/>; a defect of ours stays what it is.</summary>
    public static Exception Translate(Exception exception)
    {
        // sqlite.org/rescode.html: ERROR, CONSTRAINT, MISMATCH, MISUSE and RANGE are about the statement, all others about the file.
        return exception is SqliteException { SqliteErrorCode: not (1 or 19 or 20 or 21 or 25) }
            ? new StorageFailedException("use the store of asynchronous invocations", exception)
            : exception;
    }

    /// <summary>A reader; cheap, from a pool.</summary>
    public static SqliteConnection OpenForReading(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = true }.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>Closes the readers that the pool keeps open.</summary>
    public static void CloseReaders(string path)
    {
        using var any = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = true }.ToString());
        SqliteConnection.ClearPool(any);
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }
}
