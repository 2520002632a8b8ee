using System.Diagnostics;
using System.Net.Sockets;
using Faas.Load.Interop;

namespace Faas.Load;

/// <summary>
/// One load thread: its connections, their sockets' readiness and the clock. Closed loop sends on a connection as soon
/// as its answer is there; open loop sends at drawn instants on whichever connection is free, and an arrival that finds
/// none waits its turn while its latency already counts.
/// </summary>
internal sealed class LoadLoop : IDisposable
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const int HousekeepingsPerSecond = 20; // timeouts, reconnections, progress, cancellation
    private const int SecondsWithoutServer = 3; // no connection for so long: the run is over
    private const int DrainSeconds = 1; // what arrived before the end may still be sent for so long

    private static readonly long s_housekeepingTicks = Stopwatch.Frequency / HousekeepingsPerSecond;
    private static readonly double s_nanosecondsPerTick = (double)NanosecondsPerSecond / Stopwatch.Frequency;

    private readonly LoadPlan _plan;
    private readonly int _thread;
    private readonly long _quota;
    private readonly LoadProgress _progress;
    private readonly IRequestSource _source;
    private readonly EpollSet _epoll = new();
    private readonly LoadConnection[] _connections;
    private readonly Stack<LoadConnection> _free = new();
    private readonly Queue<long> _backlog = new();
    private readonly LoadResult _result = new();
    private readonly long _responseTimeoutTicks;

    private PoissonArrivals? _arrivals;
    private bool _measuring;
    private bool _ending;
    private int _inFlight;
    private long _startedMeasuring;
    private long _drainUntil = long.MaxValue;
    private long _lastAnswer;
    private long _issued;
    private long _received;
    private long _sent;
    private long _lastContact;

    /// <summary>Whether arrivals are still being drawn.</summary>
    private bool IsDrawing => _arrivals is not null && !_ending && _drainUntil == long.MaxValue;

    public LoadLoop(LoadPlan plan, int thread, LoadProgress progress)
    {
        _plan = plan;
        _thread = thread;
        _progress = progress;
        _source = plan.Source(thread);
        _quota = Share(plan.Requests, plan.Threads, thread);
        _responseTimeoutTicks = (long)(plan.ResponseTimeout.TotalSeconds * Stopwatch.Frequency);
        _connections = new LoadConnection[Share(plan.Connections, plan.Threads, thread)];
        for (var i = 0; i < _connections.Length; i++)
        {
            _connections[i] = new LoadConnection(i);
        }
    }

    /// <summary>Opens every connection. Throws <see cref="SocketException"/> when the server cannot be reached.</summary>
    public void Connect()
    {
        foreach (var connection in _connections)
        {
            connection.Connect(_plan.Server);
            _epoll.Add(connection.Socket!.SafeHandle, connection.Index, wantsWrite: false);
        }
    }

    /// <summary>Runs to the end of the plan or until cancelled; what was measured by then is the result.</summary>
    public LoadResult Run(CancellationToken cancellationToken)
    {
        var now = Stopwatch.GetTimestamp();
        var warmupEnd = now + Ticks(_plan.Warmup);
        var nextHousekeeping = now + s_housekeepingTicks;
        _lastContact = now;
        if (_plan.RatePerSecond is { } rate)
        {
            // 7919 is a prime: threads with neighbouring numbers draw from unrelated seeds.
            _arrivals = new PoissonArrivals(rate / _plan.Threads, now, Stopwatch.Frequency, new Random(_plan.Seed + _thread * 7919));
        }

        if (warmupEnd <= now)
        {
            BeginMeasuring(now);
        }

        foreach (var connection in _connections)
        {
            Next(connection, now);
        }

        while (true)
        {
            var ready = _epoll.Wait(WaitNanoseconds(now, nextHousekeeping));
            now = Stopwatch.GetTimestamp();
            for (var i = 0; i < ready; i++)
            {
                var connection = _connections[_epoll.IndexOf(i)];
                if (connection.HasUnsent && _epoll.IsWritable(i) && !connection.SendRest())
                {
                    Lose(connection, "connection_lost", now);
                    continue;
                }

                if (connection.Socket is not null && _epoll.IsReadable(i))
                {
                    Read(connection, now);
                }
            }

            if (_arrivals is not null && !_ending)
            {
                TakeArrivals(now);
            }

            if (now >= nextHousekeeping)
            {
                nextHousekeeping = now + s_housekeepingTicks;
                Housekeep(now, cancellationToken);
            }

            if (!_measuring && now >= warmupEnd)
            {
                BeginMeasuring(now);
            }

            if (_measuring && !_ending && IsOver(now))
            {
                End();
            }

            if (_ending && (_inFlight == 0 || cancellationToken.IsCancellationRequested))
            {
                break;
            }
        }

        Conclude();
        return _result;
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }

        _epoll.Dispose();
    }

    private static int Share(int total, int parts, int part) => total / parts + (part < total % parts ? 1 : 0);

    private static long Share(long total, int parts, int part) => total / parts + (part < total % parts ? 1 : 0);

    private static long Ticks(TimeSpan span) => (long)(span.TotalSeconds * Stopwatch.Frequency);

    /// <summary>Past the duration an open loop draws no more arrivals, but sends those that wait: they were promised.</summary>
    private bool IsOver(long now)
    {
        if (ReachedQuota())
        {
            return true;
        }

        if (_plan.Duration <= TimeSpan.Zero || now - _startedMeasuring < Ticks(_plan.Duration))
        {
            return false;
        }

        if (_drainUntil == long.MaxValue)
        {
            _drainUntil = now + DrainSeconds * Stopwatch.Frequency;
        }

        return _backlog.Count == 0 || now >= _drainUntil;
    }

    private bool ReachedQuota() => _plan.Requests > 0 && _issued >= _quota;

    private long WaitNanoseconds(long now, long nextHousekeeping)
    {
        var until = nextHousekeeping;
        if (IsDrawing && _arrivals!.Next < until)
        {
            until = _arrivals.Next;
        }

        return (long)((until - now) * s_nanosecondsPerTick);
    }

    private void BeginMeasuring(long now)
    {
        _measuring = true;
        _startedMeasuring = now;
        _lastAnswer = now;
        _received = 0;
        _sent = 0;
        _backlog.Clear();
    }

    private void End()
    {
        _ending = true;
        if (_backlog.Count > 0 && !ReachedQuota())
        {
            // Arrivals the server left no connection for: they were asked for and never answered.
            _result.CountError("not_sent", _backlog.Count);
        }

        _backlog.Clear();
    }

    private void TakeArrivals(long now)
    {
        while (IsDrawing && _arrivals!.Next <= now)
        {
            _backlog.Enqueue(_arrivals.Next);
            _arrivals.Advance();
        }

        while (_backlog.Count > 0 && !ReachedQuota() && _free.TryPop(out var connection))
        {
            Send(connection, _backlog.Dequeue(), now);
        }
    }

    /// <summary>The connection is free: it sends the next request, waits for an arrival, or rests.</summary>
    private void Next(LoadConnection connection, long now)
    {
        if (_ending || ReachedQuota())
        {
            return;
        }

        if (_arrivals is null)
        {
            Send(connection, now, now);
        }
        else if (_backlog.TryDequeue(out var intended))
        {
            Send(connection, intended, now);
        }
        else
        {
            _free.Push(connection);
        }
    }

    private void Send(LoadConnection connection, long startTicks, long now)
    {
        if (connection.Socket is null)
        {
            if (!TryReconnect(connection, now))
            {
                if (_measuring)
                {
                    _issued++;
                    Fail("connection_refused", now);
                }

                return; // housekeeping tries again: a connection that cannot be made is not a loop
            }
        }

        // A request that was due before the measured part began belongs to the warm-up.
        var measured = _measuring && startTicks >= _startedMeasuring;
        if (measured)
        {
            _issued++;
        }

        _inFlight++;
        var request = _source.Next();
        _sent += request.Length;
        if (!connection.Start(request, startTicks, now, measured))
        {
            Lose(connection, "connection_lost", now);
        }
        else if (connection.HasUnsent != connection.WatchesWrite)
        {
            Watch(connection);
        }
    }

    private void Read(LoadConnection connection, long now)
    {
        switch (connection.Receive(ref _received))
        {
            case ReceiveOutcome.Pending:
                break;
            case ReceiveOutcome.Answered:
                Answer(connection, now);
                break;
            case ReceiveOutcome.Malformed:
                Lose(connection, "bad_response", now);
                break;
            default:
                Lose(connection, "connection_lost", now);
                break;
        }

        if (connection.WatchesWrite && !connection.HasUnsent && connection.Socket is not null)
        {
            Watch(connection);
        }
    }

    private void Answer(LoadConnection connection, long now)
    {
        _lastContact = now;
        if (connection.IsMeasured)
        {
            _lastAnswer = now;
            var status = connection.Status;
            _result.CountStatus(status);
            var nanoseconds = (long)((now - connection.StartTicks) * s_nanosecondsPerTick);
            if (status < 400)
            {
                _result.Succeeded++;
                _result.RecordLatency(nanoseconds);
            }
            else
            {
                _result.RecordFailureLatency(nanoseconds);
                _result.CountError(connection.ErrorCode());
            }
        }

        _inFlight--;
        connection.Finish();
        if (!connection.KeepAlive || connection.HasUnsent)
        {
            Drop(connection);
        }

        Next(connection, now);
    }

    /// <summary>The connection is gone, and with it the request it carried, if any.</summary>
    private void Lose(LoadConnection connection, string code, long now)
    {
        var wasBusy = connection.IsBusy;
        Drop(connection);
        if (!wasBusy)
        {
            return; // an idle connection that the server closed: opened again when it is needed
        }

        if (connection.IsMeasured)
        {
            Fail(code, now);
        }

        _inFlight--;
        connection.Finish();
        if (_arrivals is not null)
        {
            Next(connection, now);
        }
    }

    private void Fail(string code, long now)
    {
        _lastAnswer = now;
        _result.CountError(code);
    }

    private void Drop(LoadConnection connection)
    {
        if (connection.Socket is { } socket)
        {
            _epoll.Remove(socket.SafeHandle);
            connection.Close();
        }
    }

    private bool TryReconnect(LoadConnection connection, long now)
    {
        try
        {
            connection.Connect(_plan.Server);
        }
        catch (SocketException)
        {
            return false; // the caller counts it
        }

        _epoll.Add(connection.Socket!.SafeHandle, connection.Index, wantsWrite: false);
        _lastContact = now;
        return true;
    }

    private void Watch(LoadConnection connection)
    {
        connection.WatchesWrite = connection.HasUnsent;
        _epoll.Modify(connection.Socket!.SafeHandle, connection.Index, connection.WatchesWrite);
    }

    private void Housekeep(long now, CancellationToken cancellationToken)
    {
        var connected = false;
        foreach (var connection in _connections)
        {
            if (connection.IsBusy && now - connection.SentTicks > _responseTimeoutTicks)
            {
                Lose(connection, "client_timeout", now);
            }

            if (connection.Socket is null && !connection.IsBusy)
            {
                if (_arrivals is null)
                {
                    Next(connection, now); // closed loop: opens and sends
                }
                else if (!_free.Contains(connection))
                {
                    Next(connection, now);
                }
            }

            connected |= connection.Socket is not null;
        }

        if (!connected && !_ending && now - _lastContact > SecondsWithoutServer * Stopwatch.Frequency)
        {
            _result.EndedEarly = $"no connection to {_plan.Server} for {SecondsWithoutServer} s";
            End();
        }

        if (cancellationToken.IsCancellationRequested && !_ending)
        {
            _result.EndedEarly = "interrupted";
            _ending = true;
            _backlog.Clear();
        }

        _progress.Report(_thread, _result.Succeeded + _result.Failed, _measuring);
    }

    private void Conclude()
    {
        _result.BytesReceived = _received;
        _result.BytesSent = _sent;
        _result.Elapsed = _measuring ? Stopwatch.GetElapsedTime(_startedMeasuring, Math.Max(_lastAnswer, _startedMeasuring)) : TimeSpan.Zero;
        _progress.Report(_thread, _result.Succeeded + _result.Failed, _measuring);
    }
}
