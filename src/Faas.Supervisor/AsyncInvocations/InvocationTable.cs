using Microsoft.Data.Sqlite;

namespace Faas.Supervisor.AsyncInvocations;

/// <summary>
/// Every change of an invocation's state, on the writer's thread and inside its transaction. Times are Unix ms.
/// <c>queued → running → succeeded | failed → running … → dead</c>; running → unknown at a start; queued, failed → cancelled.
/// </summary>
internal sealed partial class InvocationTable : IDisposable
{
    /// <summary>What a row costs besides its input and output: about what it takes in the table and its indexes.</summary>
    public const int RowBytes = 512;

    private readonly List<Statement> _statements = [];
    private readonly long _maxBytes;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollBack;
    private readonly Statement _sum;
    private readonly Statement _insert;
    private readonly Statement _waiting;
    private readonly Statement _nextDue;
    private readonly Statement _claim;
    private readonly Statement _addAttempt;
    private readonly Statement _putBack;
    private readonly Statement _dropAttempt;
    private readonly Statement _finish;
    private readonly Statement _endAttempt;
    private readonly Statement _allowed;
    private readonly Statement _cancel;
    private readonly Statement _again;
    private readonly Statement _underWay;
    private readonly Statement _requeue;
    private readonly Statement _unknown;
    private readonly Statement _oldest;
    private readonly Statement _remove;
    private readonly Statement _removeAttempts;
    private readonly Statement _shrink;
    private readonly Statement _told;
    private readonly Statement _dueSooner;
    private readonly Statement _toldSooner;
    private readonly Statement _endedEarlier;
    private long _lastSequence;
    private long _bytes;

    public InvocationTable(SqliteConnection connection, long maxBytes)
    {
        _maxBytes = maxBytes;
        _begin = Add("BEGIN IMMEDIATE");
        _commit = Add("COMMIT");
        _rollBack = Add("ROLLBACK");
        _sum = Add("SELECT coalesce(sum(bytes), 0) FROM invocation");
        _insert = Add(
            """
            INSERT INTO invocation(seq, secret, name, version, state, timed, accepted, due, attempts, allowed, retries, callback, callbackstate, callbackattempts, bytes, argc, strings, input)
            VALUES($0, $1, $2, $3, 0, $4, $5, $5, 0, $6, $7, $8, 0, 0, $9, $10, $11, $12)
            """);
        _waiting = Add("SELECT seq, secret, version, attempts, argc, strings, input FROM invocation WHERE state IN (0, 2) AND due <= $0 ORDER BY due LIMIT $1");
        _nextDue = Add("SELECT min(due) FROM invocation WHERE state IN (0, 2) AND due > $0");
        _claim = Add("UPDATE invocation SET state = 1, due = NULL, attempts = attempts + 1 WHERE seq = $0");
        _addAttempt = Add("INSERT INTO attempt(seq, number, started) VALUES($0, $1, $2)");
        _putBack = Add("UPDATE invocation SET state = 0, due = $1, attempts = attempts - 1 WHERE seq = $0 AND state = 1");
        _dropAttempt = Add("DELETE FROM attempt WHERE seq = $0 AND number = $1");
        _finish = Add(
            """
            UPDATE invocation SET state = $1, due = $2, ended = $3, error = $4, message = $5, exitcode = $6, output = $7, bytes = bytes + $8,
              callbackstate = iif($3 IS NOT NULL AND callback IS NOT NULL, 1, 0), callbackdue = iif(callback IS NULL, NULL, $3)
            WHERE seq = $0 AND state = 1
            """);
        _endAttempt = Add("UPDATE attempt SET ended = $2, error = $3, invocation = $4 WHERE seq = $0 AND number = $1");
        _allowed = Add("SELECT allowed FROM invocation WHERE seq = $0");
        _cancel = Add(
            """
            UPDATE invocation SET state = 6, due = NULL, ended = $2, error = 'cancelled', message = 'called off before it ended',
              callbackstate = iif(callback IS NULL, 0, 1), callbackdue = iif(callback IS NULL, NULL, $2)
            WHERE seq = $0 AND secret = $1 AND state IN (0, 2)
            """);
        _again = Add(
            """
            UPDATE invocation SET state = 0, due = $2, ended = NULL, error = NULL, message = NULL, exitcode = NULL, allowed = attempts + 1 + retries,
              callbackstate = 0, callbackattempts = 0, callbackdue = NULL
            WHERE seq = $0 AND secret = $1 AND state IN (4, 5, 6)
            """);
        _underWay = Add("SELECT seq, version FROM invocation WHERE state = 1");
        _requeue = Add("UPDATE invocation SET state = 0, due = $1, allowed = allowed + 1 WHERE seq = $0");
        _unknown = Add(
            """
            UPDATE invocation SET state = 5, ended = $1, error = 'interrupted', message = 'the server ended while it ran: it may have run in whole, in part or not at all',
              callbackstate = iif(callback IS NULL, 0, 1), callbackdue = iif(callback IS NULL, NULL, $1)
            WHERE seq = $0
            """);
        _oldest = Add("SELECT seq, bytes FROM invocation WHERE ended <= $0 ORDER BY ended LIMIT $1");
        _remove = Add("DELETE FROM invocation WHERE seq = $0");
        _removeAttempts = Add("DELETE FROM attempt WHERE seq = $0");
        _shrink = Add("PRAGMA incremental_vacuum(256)");
        _told = Add("UPDATE invocation SET callbackstate = $1, callbackattempts = callbackattempts + 1, callbackdue = $2 WHERE seq = $0");
        _dueSooner = Add("UPDATE invocation SET due = $0 WHERE state IN (0, 2) AND due > $1");
        _toldSooner = Add("UPDATE invocation SET callbackdue = $0 WHERE callbackdue > $1");
        _endedEarlier = Add("UPDATE invocation SET ended = $0 WHERE ended > $1");
        AddSchedules(connection);
        using var last = new Statement(connection, "SELECT max(seq) FROM invocation");
        _lastSequence = last.Number(0);
        _bytes = _sum.Number(0);

        Statement Add(string text) => this.Add(connection, text);
    }

    public void Begin() => _begin.Execute();

    public void Commit() => _commit.Execute();

    /// <summary>After anything went wrong: what the transaction did is undone, and what is counted beside it is counted anew.</summary>
    public void TryRollBack()
    {
        try
        {
            _rollBack.Execute();
        }
#pragma warning disable CA1031 // The writer's thread must not end by it.
        catch (Exception)
#pragma warning restore CA1031
        {
            // It has rolled back by itself, as it does when the disk is full.
        }

        try
        {
            _bytes = _sum.Number(_bytes);
        }
#pragma warning disable CA1031 // The writer's thread must not end by it.
        catch (Exception)
#pragma warning restore CA1031
        {
            // The next one that succeeds corrects it.
        }
    }

    /// <summary>Makes room if it must, by forgetting what ended first, and adds it as queued.</summary>
    /// <returns>Null when there is no room.</returns>
    public AsyncInvocationId? Accept(AsyncInvocationDraft draft, long now)
    {
        long bytes = RowBytes + draft.Input.Length + draft.Strings.Length;
        if (!MakeRoom(bytes))
        {
            return null;
        }

        var id = AsyncInvocationId.Create(++_lastSequence);
        _insert.Execute(
            id.Sequence,
            id.Secret,
            draft.Function.Name,
            draft.Function.Id,
            draft.IsTimed ? 1 : 0,
            now,
            draft.Retries + 1,
            draft.Retries,
            draft.Callback?.AbsoluteUri,
            bytes,
            draft.ArgumentCount,
            draft.Strings.ToArray(),
            draft.Input.ToArray());
        _bytes += bytes;
        return id;
    }

    /// <summary>Takes what is due, oldest first, and records an attempt for each.</summary>
    /// <param name="most">At most so many.</param>
    /// <param name="roomOf">How many of a version may begin now; null for any number.</param>
    /// <param name="now">Unix ms.</param>
    /// <returns>What was taken, and when the next one is due that is not due yet.</returns>
    public (List<ClaimedInvocation> Claimed, long? NextDue) Claim(int most, Func<string, int?> roomOf, long now)
    {
        // Past this many of functions that are busy the others wait until one of those ends.
        const int MaxLookedAt = 1000;
        var claimed = new List<ClaimedInvocation>();
        var rooms = new Dictionary<string, int>(StringComparer.Ordinal);
        using (var reader = _waiting.Query(now, MaxLookedAt))
        {
            while (claimed.Count < most && reader.Read())
            {
                var version = reader.GetString(2);
                if (!rooms.TryGetValue(version, out var room))
                {
                    room = roomOf(version) ?? int.MaxValue;
                }

                rooms[version] = room - 1;
                if (room > 0)
                {
                    claimed.Add(new ClaimedInvocation(
                        new AsyncInvocationId(reader.GetInt64(0), reader.GetInt64(1)),
                        version,
                        reader.GetInt32(3) + 1,
                        reader.GetFieldValue<byte[]>(6),
                        reader.GetFieldValue<byte[]>(5),
                        reader.GetInt32(4)));
                }
            }
        }

        foreach (var one in claimed)
        {
            _claim.Execute(one.Id.Sequence);
            _addAttempt.Execute(one.Id.Sequence, one.Attempt, now);
        }

        return (claimed, _nextDue.Number(0, now) is > 0 and var next ? next : null);
    }

    /// <summary>Undoes a claim: no worker took it.</summary>
    public bool PutBack(ClaimedInvocation invocation, long due)
    {
        _dropAttempt.Execute(invocation.Id.Sequence, invocation.Attempt);
        return _putBack.Execute(invocation.Id.Sequence, due) > 0;
    }

    /// <summary>Records how an attempt ended.</summary>
    /// <param name="invocation">As it was claimed.</param>
    /// <param name="result">Its end.</param>
    /// <param name="delayOf">How long the next attempt waits after so many.</param>
    /// <param name="now">Unix ms.</param>
    /// <returns>What it is now.</returns>
    public AsyncInvocationState Finish(ClaimedInvocation invocation, AttemptResult result, Func<int, TimeSpan> delayOf, long now)
    {
        var sequence = invocation.Id.Sequence;
        _endAttempt.Execute(sequence, invocation.Attempt, now, result.Error, result.Invocation);
        var state = result switch
        {
            { Error: null } => AsyncInvocationState.Succeeded,
            { Error: ErrorCodes.Cancelled } => AsyncInvocationState.Cancelled,
            { MayRetry: true } when invocation.Attempt < _allowed.Number(0, sequence) => AsyncInvocationState.Failed,
            _ => AsyncInvocationState.Dead,
        };
        long? due = state == AsyncInvocationState.Failed ? now + (long)delayOf(invocation.Attempt).TotalMilliseconds : null;
        long bytes = result.Output?.Length ?? 0;

        // A result is kept even when there is no room left: what was accepted is accounted for.
        _ = MakeRoom(bytes);
        _finish.Execute(
            sequence, (int)state, due, due is null ? now : null, result.Error, result.Message, result.ExitCode, result.Output, bytes);
        _bytes += bytes;
        return state;
    }

    /// <summary>Calls off what does not run.</summary>
    /// <returns>False when it is not there, runs or has ended.</returns>
    public bool Cancel(AsyncInvocationId id, long now) => _cancel.Execute(id.Sequence, id.Secret, now) > 0;

    /// <summary>Queues again what is dead, unknown or cancelled, with as many attempts as at first.</summary>
    public bool Retry(AsyncInvocationId id, long now) => _again.Execute(id.Sequence, id.Secret, now) > 0;

    /// <summary>What a clock that was ahead put off for longer than anything is put off is due now, and what ended later than now ended now.</summary>
    public int ClockWentBack(long now)
    {
        var latest = now + (long)RetryDelay.Longest.TotalMilliseconds;
        return _dueSooner.Execute(now, latest) + _toldSooner.Execute(now, latest) + _endedEarlier.Execute(now, latest);
    }

    /// <summary>At a start: what was running is unknown, or queued again when its function may run twice.</summary>
    public (int Unknown, int Queued) Recover(Func<string, bool> mayRunTwice, long now)
    {
        ClockWentBack(now);
        var rows = new List<(long Sequence, string Version)>();
        using (var reader = _underWay.Query())
        {
            while (reader.Read())
            {
                rows.Add((reader.GetInt64(0), reader.GetString(1)));
            }
        }

        var queued = 0;
        foreach (var (sequence, version) in rows)
        {
            var again = mayRunTwice(version);
            queued += again ? 1 : 0;
            (again ? _requeue : _unknown).Execute(sequence, now);
        }

        return (rows.Count - queued, queued);
    }

    /// <summary>Forgets what ended by then; some at a time, so that the others need not wait long.</summary>
    /// <returns>True when there may be more.</returns>
    public bool Purge(long endedBy)
    {
        const int AtATime = 256;
        var removed = Remove(endedBy, AtATime);
        _shrink.Execute();
        return removed == AtATime;
    }

    /// <summary>Records an attempt to tell the end.</summary>
    public bool Told(AsyncInvocationId id, CallbackState state, long? due) => _told.Execute(id.Sequence, (int)state, due) > 0;

    public void Dispose() => _statements.ForEach(statement => statement.Dispose());

    private Statement Add(SqliteConnection connection, string text)
    {
        var statement = new Statement(connection, text);
        _statements.Add(statement);
        return statement;
    }

    private bool MakeRoom(long bytes)
    {
        // In steps of some rows, so that the next ones find room too.
        const int Step = 64;
        while (_bytes + bytes > _maxBytes && Remove(long.MaxValue, Step) > 0)
        {
        }

        return _bytes + bytes <= _maxBytes;
    }

    private int Remove(long endedBy, int most)
    {
        var rows = new List<(long Sequence, long Bytes)>();
        using (var reader = _oldest.Query(endedBy, most))
        {
            while (reader.Read())
            {
                rows.Add((reader.GetInt64(0), reader.GetInt64(1)));
            }
        }

        foreach (var (sequence, bytes) in rows)
        {
            _remove.Execute(sequence);
            _removeAttempts.Execute(sequence);
            _bytes -= bytes;
        }

        return rows.Count;
    }
}
