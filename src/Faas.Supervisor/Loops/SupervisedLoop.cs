namespace Faas.Supervisor.Loops;

/// <summary>What is known of one loop: written by the loop, read by anybody.</summary>
internal sealed class SupervisedLoop(string name, TimeProvider time)
{
    // One exception may be the end of something that passes; as many in a row are not.
    private const int UnwellAfter = 3;

    private readonly Lock _gate = new();
    private bool _isInTurn; // this and what follows under _gate
    private long _turnBegan;
    private int _failures;
    private string? _problem;

    public string Name => name;

    public LoopState State
    {
        get
        {
            lock (_gate)
            {
                var failures = HasSettled ? 0 : _failures;
                return new LoopState(name, failures, _problem, failures >= UnwellAfter);
            }
        }
    }

    // A turn that waits for work has no other way to show that what made the last one fail has passed.
    private bool HasSettled => _isInTurn && time.GetElapsedTime(_turnBegan) > LoopSupervisor.LongestPause;

    public void Begin()
    {
        lock (_gate)
        {
            _isInTurn = true;
            _turnBegan = time.GetTimestamp();
        }
    }

    /// <returns>How many turns had failed in a row before.</returns>
    public int Succeed()
    {
        lock (_gate)
        {
            _isInTurn = false;
            var failures = _failures;
            _failures = 0;
            return failures;
        }
    }

    /// <returns>How many turns have failed in a row now.</returns>
    public int Fail(Exception exception)
    {
        lock (_gate)
        {
            _failures = HasSettled ? 1 : _failures + 1;
            _isInTurn = false;
            _problem = $"{exception.GetType().Name}: {exception.Message}";
            return _failures;
        }
    }
}
