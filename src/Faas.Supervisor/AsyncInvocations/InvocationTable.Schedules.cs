using Microsoft.Data.Sqlite;

namespace Faas.Supervisor.AsyncInvocations;

/// <summary>What timers remember: with the invocations, so that a run and the record of it are one commit.</summary>
internal sealed partial class InvocationTable
{
    private Statement _schedule = null!;
    private Statement _putSchedule = null!;
    private Statement _ran = null!;
    private Statement _missed = null!;
    private Statement _lastState = null!;
    private Statement _dropSchedule = null!;
    private Statement _beginAnew = null!;

    /// <summary>The instant up to which a name's schedule was seen to; one that is new, or has changed, begins now.</summary>
    public long Seen(string name, string expression, long now)
    {
        using (var reader = _schedule.Query(name))
        {
            if (reader.Read() && reader.GetString(0) == expression)
            {
                return reader.GetInt64(1);
            }
        }

        _putSchedule.Execute(name, expression, now);
        return now;
    }

    /// <summary>True when the run before has not ended.</summary>
    public bool IsRunning(string name) => _lastState.Number(-1, name) is (>= 0 and var state) && !AsyncInvocationStates.HasEnded((AsyncInvocationState)state);

    /// <summary>A run was accepted for this instant.</summary>
    public void Ran(string name, long instant, AsyncInvocationId id) => _ran.Execute(name, instant, id.Sequence, id.Secret);

    /// <summary>So many runs were left out, the last of them at this instant.</summary>
    public void Missed(string name, long instant, long count, string reason) => _missed.Execute(name, instant, count, reason);

    /// <summary>A schedule was seen to until later than now: it is from now on.</summary>
    public bool BeginAnew(string name, long now) => _beginAnew.Execute(name, now) > 0;

    public bool ForgetSchedule(string name) => _dropSchedule.Execute(name) > 0;

    private void AddSchedules(SqliteConnection connection)
    {
        _schedule = Add(connection, "SELECT expression, seen FROM schedule WHERE name = $0");
        _putSchedule = Add(
            connection,
            """
            INSERT INTO schedule(name, expression, seen, missed) VALUES($0, $1, $2, 0)
            ON CONFLICT(name) DO UPDATE SET expression = $1, seen = $2, missed = 0, last = NULL, lastseq = NULL, lastsecret = NULL, lastmissed = NULL, reason = NULL
            """);
        _ran = Add(connection, "UPDATE schedule SET seen = $1, last = $1, lastseq = $2, lastsecret = $3 WHERE name = $0");
        _missed = Add(connection, "UPDATE schedule SET seen = $1, missed = missed + $2, lastmissed = $1, reason = $3 WHERE name = $0");
        _lastState = Add(connection, "SELECT state FROM schedule JOIN invocation ON seq = lastseq AND secret = lastsecret WHERE schedule.name = $0");
        _beginAnew = Add(connection, "UPDATE schedule SET seen = $1 WHERE name = $0");
        _dropSchedule = Add(connection, "DELETE FROM schedule WHERE name = $0");
    }
}
