namespace Faas.Supervisor.Invocations;

/// <summary>A set of functions' handles, which are small numbers that grow: a bit each. Asking takes no lock. Any thread.</summary>
internal sealed class HandleSet
{
    private const int BitsPerWord = 64;

    private readonly Lock _gate = new();
    private ulong[] _words = new ulong[4];

    public bool Contains(uint handle)
    {
        var words = Volatile.Read(ref _words);
        var word = handle / BitsPerWord;
        return word < words.Length && (Volatile.Read(ref words[word]) & Bit(handle)) != 0;
    }

    public void Add(uint handle)
    {
        lock (_gate)
        {
            var word = handle / BitsPerWord;
            if (word >= _words.Length)
            {
                var larger = new ulong[Math.Max(word + 1, (uint)_words.Length * 2)];
                _words.CopyTo(larger, 0);
                Volatile.Write(ref _words, larger);
            }

            Volatile.Write(ref _words[word], _words[word] | Bit(handle));
        }
    }

    public void Remove(uint handle)
    {
        lock (_gate)
        {
            var word = handle / BitsPerWord;
            if (word < _words.Length)
            {
                Volatile.Write(ref _words[word], _words[word] & ~Bit(handle));
            }
        }
    }

    private static ulong Bit(uint handle) => 1UL << (int)(handle % BitsPerWord);
}
