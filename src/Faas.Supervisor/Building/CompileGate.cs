namespace Faas.Supervisor.Building;

/// <summary>
/// Who may compile when. One function compiles once at a time; of those that wait the one goes first whose last turn was
/// longest ago. Work that takes long gives up its place to others, though it goes on: a few modules that are slow to
/// compile must not keep everybody else waiting. Thread-safe.
/// </summary>
/// <param name="places">Compilers at work; as many again while there is <see cref="Long">long</see> work.</param>
/// <param name="time">Says what is long.</param>
internal sealed class CompileGate(int places, TimeProvider time) : IDisposable
{
    /// <summary>Ten times what ordinary functions take.</summary>
    internal static readonly TimeSpan Long = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly HashSet<Turn> _running = [];
    private readonly List<Turn> _waiting = []; // in the order of their arrival
    private readonly Dictionary<string, long> _lastTurns = new(StringComparer.Ordinal); // of owners with somebody here
    private long _turns;

    /// <summary>Waits for a turn; it ends when what is returned is disposed.</summary>
    /// <param name="owner">Name of the function; null for work of the server's own, which is no function's turn.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<IDisposable> EnterAsync(string? owner, CancellationToken cancellationToken)
    {
        var turn = new Turn(this, owner);
        lock (_lock)
        {
            _waiting.Add(turn);
        }

        Admit();
        try
        {
            await turn.Started.WaitAsync(cancellationToken);
            return turn;
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    /// <summary>Who waits gives up.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _waiting.ForEach(static turn => turn.GiveUp());
            _waiting.Clear();
        }
    }

    private void Admit()
    {
        lock (_lock)
        {
            while (_running.Count < places + Math.Min(places, _running.Count(static turn => turn.IsLong)) && Next() is { } next)
            {
                _waiting.Remove(next);
                _running.Add(next);
                if (next.Owner is { } owner)
                {
                    _lastTurns[owner] = ++_turns;
                }

                next.Start(time);
            }
        }
    }

    /// <summary>Under the lock. MinBy takes the first of equals.</summary>
    private Turn? Next() => _waiting
        .Where(turn => turn.Owner is null || !_running.Any(running => running.Owner == turn.Owner))
        .MinBy(turn => turn.Owner is null ? 0 : _lastTurns.GetValueOrDefault(turn.Owner));

    private void Leave(Turn turn)
    {
        lock (_lock)
        {
            _running.Remove(turn);
            _waiting.Remove(turn);
            if (turn.Owner is { } owner && !_running.Concat(_waiting).Any(other => other.Owner == owner))
            {
                _lastTurns.Remove(owner);
            }
        }

        Admit();
    }

    private sealed class Turn(CompileGate gate, string? owner) : IDisposable
    {
        private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private ITimer? _timer;
        private volatile bool _isLong;

        internal string? Owner => owner;

        internal Task Started => _started.Task;

        internal bool IsLong => _isLong;

        /// <summary>Under the gate's lock.</summary>
        internal void Start(TimeProvider time)
        {
            _timer = time.CreateTimer(static state => ((Turn)state!).BecomeLong(), this, Long, Timeout.InfiniteTimeSpan);
            _started.TrySetResult();
        }

        internal void GiveUp() => _started.TrySetCanceled();

        public void Dispose()
        {
            gate.Leave(this);
            _timer?.Dispose();
        }

        private void BecomeLong()
        {
            _isLong = true;
            gate.Admit();
        }
    }
}
