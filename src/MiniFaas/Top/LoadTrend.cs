namespace MiniFaas.Top;

/// <summary>The last minute of requests/s as a line of block elements.</summary>
internal sealed class LoadTrend
{
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const int Seconds = 60;

    private readonly Queue<double> _rates = new(Seconds);

    public void Add(double rate)
    {
        if (_rates.Count == Seconds)
        {
            _rates.Dequeue();
        }

        _rates.Enqueue(rate);
    }

    public override string ToString()
    {
        double most = _rates.Count == 0 ? 0 : _rates.Max();
        return most <= 0 ? "" : string.Concat(_rates.Select(rate => Blocks[(int)Math.Round(rate / most * (Blocks.Length - 1))]));
    }
}
