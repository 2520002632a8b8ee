using System.Text;

namespace Faas.Supervisor.Building;

/// <summary>Keeps the beginning of what a tool says and reads on, so that a flood neither fills memory nor blocks the tool.</summary>
internal sealed class CappedOutput(int maxBytes)
{
    private const int ReadBytes = 16 * 1024; // A quarter of a pipe.

    private readonly Lock _gate = new();
    private readonly byte[] _kept = new byte[maxBytes]; // under _gate
    private int _length;
    private bool _isCut;

    internal async Task DrainAsync(Stream stream)
    {
        var buffer = new byte[ReadBytes];
        int read;
        while ((read = await stream.ReadAsync(buffer)) > 0)
        {
            lock (_gate)
            {
                var taken = Math.Min(read, maxBytes - _length);
                buffer.AsSpan(0, taken).CopyTo(_kept.AsSpan(_length));
                _length += taken;
                _isCut |= taken < read;
            }
        }
    }

    public override string ToString()
    {
        lock (_gate)
        {
            return Encoding.UTF8.GetString(_kept, 0, _length) + (_isCut ? "\n… (cut)" : "");
        }
    }
}
