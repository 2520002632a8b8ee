namespace Faas.Supervisor.Loops;

/// <summary>
/// One of the threads that serve the sockets, as its watch sees it: asked at each look, and stuck when it has not answered for
/// as many looks as <see cref="Patience"/>. Looks are counted, not time: while the whole process stands still nobody looks.
/// </summary>
/// <param name="ask">Sends the thread a byte; false when the server is ending.</param>
internal sealed class SocketThread(Func<bool> ask)
{
    /// <summary>Unanswered looks in a row.</summary>
    public const int Patience = 4;

    private long _asked; // the watch's own, as the two below
    private int _missed;
    private long _processorTimeBefore;
    private long _answered;
    private int _managedId; // the thread's own
    private volatile int _threadId;
    private volatile bool _isStuck;

    public bool IsStuck => _isStuck;

    /// <summary>As the kernel numbers it; 0 before it has answered once.</summary>
    public int ThreadId => _threadId;

    /// <summary>What the kernel says of it, for the log.</summary>
    public string Describe() => ThreadFacts.Describe(_threadId, _processorTimeBefore);

    /// <summary>On the thread itself.</summary>
    public void Answer()
    {
        if (_managedId != Environment.CurrentManagedThreadId)
        {
            _managedId = Environment.CurrentManagedThreadId;
            _threadId = ThreadFacts.CurrentThreadId();
        }

        Interlocked.Increment(ref _answered);
    }

    /// <summary>By the watch, at each look.</summary>
    /// <returns>Whether it has become stuck, or turned again, since the look before; null when neither.</returns>
    public bool? Look()
    {
        var wasStuck = _isStuck;
        if (Interlocked.Read(ref _answered) >= _asked)
        {
            _missed = 0;
            _isStuck = false;
            _asked += ask() ? 1 : 0;
        }
        else
        {
            _missed++;
            if (_missed == 1)
            {
                _processorTimeBefore = ThreadFacts.ProcessorTime(_threadId);
            }

            _isStuck = _missed >= Patience;
        }

        return _isStuck == wasStuck ? null : _isStuck;
    }
}
