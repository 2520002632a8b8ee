namespace Faas.Supervisor.Workers;

/// <summary>The last lines a process wrote, to explain its end with.</summary>
internal sealed class LastLines
{
    private const int MaxLines = 5;

    private readonly Queue<string> _lines = new();

    public void Add(string? line, Action<string> alsoTo)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        lock (_lines)
        {
            _lines.Enqueue(line.Trim());
            if (_lines.Count > MaxLines)
            {
                _lines.Dequeue();
            }
        }

        alsoTo(line);
    }

    public override string ToString()
    {
        lock (_lines)
        {
            return _lines.Count == 0 ? "" : ": " + string.Join(" / ", _lines);
        }
    }
}
