using Microsoft.Data.Sqlite;

namespace Faas.Supervisor.AsyncInvocations;

/// <summary>Answers questions from connections of its own: never behind the writer. Any thread; touches files.</summary>
/// <remarks>Every method throws <see cref="Functions.StorageFailedException"/> when the disk refuses.</remarks>
internal sealed class InvocationReader(string path)
{
    private const string Columns =
        "seq, secret, name, version, state, timed, accepted, due, ended, attempts, retries, error, message, exitcode, callback, callbackstate";

    /// <summary>One with its attempts and its output; null when there is none of that id.</summary>
    public AsyncInvocation? Find(AsyncInvocationId id) => Ask(connection =>
    {
        AsyncInvocation? found;
        using (var statement = new Statement(connection, $"SELECT {Columns}, output FROM invocation WHERE seq = $0 AND secret = $1"))
        using (var reader = statement.Query(id.Sequence, id.Secret))
        {
            found = reader.Read() ? Read(reader) with { Output = reader.IsDBNull(16) ? null : reader.GetFieldValue<byte[]>(16) } : null;
        }

        return found is null ? null : found with { History = Attempts(connection, id.Sequence) };
    });

    /// <summary>A page, newest first, without outputs.</summary>
    /// <param name="state">Only those; null for all.</param>
    /// <param name="function">Only of this name; null for all.</param>
    /// <param name="before">Only those accepted before this one; null begins with the newest.</param>
    /// <param name="most">Length of the page.</param>
    public List<AsyncInvocation> List(AsyncInvocationState? state, string? function, long? before, int most) => Ask(connection =>
    {
        var conditions = new List<string>();
        if (state is not null)
        {
            conditions.Add("state = $0");
        }

        if (function is not null)
        {
            conditions.Add("name = $1");
        }

        if (before is not null)
        {
            conditions.Add("seq < $2");
        }

        var where = conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", conditions);
        using var statement = new Statement(connection, $"SELECT {Columns} FROM invocation {where} ORDER BY seq DESC LIMIT $3");
        using var reader = statement.Query((int?)state, function, before, most);
        var page = new List<AsyncInvocation>();
        while (reader.Read())
        {
            page.Add(Read(reader));
        }

        return page;
    });

    /// <summary>How many are in each state, by number of the state.</summary>
    public long[] Count() => Ask(connection =>
    {
        using var statement = new Statement(connection, "SELECT state, count(*) FROM invocation GROUP BY state");
        using var reader = statement.Query();
        var counts = new long[AsyncInvocationStates.Names.Count];
        while (reader.Read())
        {
            counts[reader.GetInt32(0)] = reader.GetInt64(1);
        }

        return counts;
    });

    /// <summary>Hosts that are to be told ends, in the order of their names, and when the first of those is due (Unix ms).</summary>
    /// <param name="after">Only those after this one; empty begins with the first.</param>
    /// <param name="most">At most so many.</param>
    public List<(string Host, long Due)> CallbackHosts(string after, int most) => Ask(connection =>
    {
        using var statement = new Statement(
            connection,
            $"""
            SELECT {InvocationDatabase.CallbackHost}, callbackdue FROM invocation
            WHERE callbackdue IS NOT NULL AND {InvocationDatabase.CallbackHost} > $0 ORDER BY {InvocationDatabase.CallbackHost}, callbackdue LIMIT 1
            """);
        var hosts = new List<(string Host, long Due)>();
        while (hosts.Count < most)
        {
            using var reader = statement.Query(hosts.Count > 0 ? hosts[^1].Host : after);
            if (!reader.Read())
            {
                break;
            }

            hosts.Add((reader.GetString(0), reader.GetInt64(1)));
        }

        return hosts;
    });

    /// <summary>Ends that a host is to be told by now, the longest due first, and how often that was tried.</summary>
    public List<(AsyncInvocationId Id, int Attempts)> DueCallbacks(string host, long now, int most) => Ask(connection =>
    {
        using var statement = new Statement(
            connection,
            $"SELECT seq, secret, callbackattempts FROM invocation WHERE {InvocationDatabase.CallbackHost} = $0 AND callbackdue <= $1 ORDER BY callbackdue LIMIT $2");
        using var reader = statement.Query(host, now, most);
        var due = new List<(AsyncInvocationId Id, int Attempts)>();
        while (reader.Read())
        {
            due.Add((new AsyncInvocationId(reader.GetInt64(0), reader.GetInt64(1)), reader.GetInt32(2)));
        }

        return due;
    });

    /// <summary>What is remembered of a name's timer; null when there is none.</summary>
    public ScheduleRecord? FindSchedule(string name) => Ask(connection =>
    {
        using var statement = new Statement(
            connection,
            """
            SELECT last, lastseq, lastsecret, state, missed, lastmissed, reason
            FROM schedule LEFT JOIN invocation ON seq = lastseq AND secret = lastsecret WHERE schedule.name = $0
            """);
        using var reader = statement.Query(name);
        return !reader.Read()
            ? null
            : new ScheduleRecord(
                Time(reader, 0),
                reader.IsDBNull(1) ? null : new AsyncInvocationId(reader.GetInt64(1), reader.GetInt64(2)),
                reader.IsDBNull(3) ? null : (AsyncInvocationState)reader.GetInt32(3),
                reader.GetInt64(4),
                Time(reader, 5),
                Text(reader, 6));
    });

    private T Ask<T>(Func<SqliteConnection, T> question)
    {
        try
        {
            using var connection = InvocationDatabase.OpenForReading(path);
            return question(connection);
        }
        catch (SqliteException exception)
        {
            throw InvocationDatabase.Translate(exception);
        }
    }

    private static List<AsyncAttempt> Attempts(SqliteConnection connection, long sequence)
    {
        using var statement = new Statement(connection, "SELECT number, started, ended, error, invocation FROM attempt WHERE seq = $0 ORDER BY number");
        using var reader = statement.Query(sequence);
        var attempts = new List<AsyncAttempt>();
        while (reader.Read())
        {
            attempts.Add(new AsyncAttempt(reader.GetInt32(0), Time(reader, 1)!.Value, Time(reader, 2), Text(reader, 3), Text(reader, 4)));
        }

        return attempts;
    }

    private static AsyncInvocation Read(SqliteDataReader reader) => new()
    {
        Id = new AsyncInvocationId(reader.GetInt64(0), reader.GetInt64(1)),
        Function = reader.GetString(2),
        Version = reader.GetString(3),
        State = (AsyncInvocationState)reader.GetInt32(4),
        IsTimed = reader.GetBoolean(5),
        Accepted = Time(reader, 6)!.Value,
        Due = Time(reader, 7),
        Ended = Time(reader, 8),
        Attempts = reader.GetInt32(9),
        Retries = reader.GetInt32(10),
        Error = Text(reader, 11),
        Message = Text(reader, 12),
        ExitCode = reader.IsDBNull(13) ? null : reader.GetInt32(13),
        Callback = Text(reader, 14),
        CallbackState = (CallbackState)reader.GetInt32(15),
    };

    private static DateTimeOffset? Time(SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column));

    private static string? Text(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
