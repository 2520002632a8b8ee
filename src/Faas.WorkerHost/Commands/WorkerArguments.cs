using System.Globalization;

namespace Faas.WorkerHost.Commands;

/// <summary>
/// <c>--name value</c> pairs. The worker is started by the supervisor only, so this is a contract between programs,
/// not a command line for people: no library, which would cost start-up time of every worker.
/// </summary>
internal sealed class WorkerArguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly List<string> _rest = [];

    /// <exception cref="ArgumentException">A name without a value.</exception>
    public WorkerArguments(ReadOnlySpan<string> args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                _rest.Add(args[i]);
                continue;
            }

            if (i + 1 == args.Length)
            {
                throw new ArgumentException($"{args[i]} needs a value");
            }

            _values[args[i][2..]] = args[++i];
        }
    }

    public IReadOnlyList<string> Rest => _rest;

    /// <summary>All pairs whose name starts with <paramref name="prefix"/>, without it.</summary>
    public Dictionary<string, string> WithPrefix(string prefix) => _values
        .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
        .ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value, StringComparer.Ordinal);

    /// <exception cref="ArgumentException">It is not there.</exception>
    public string Get(string name) =>
        _values.TryGetValue(name, out var value) ? value : throw new ArgumentException($"--{name} is missing");

    public string Get(string name, string fallback) => _values.GetValueOrDefault(name, fallback);

    /// <exception cref="ArgumentException">It is not a number.</exception>
    public long GetNumber(string name, long fallback) =>
        !_values.TryGetValue(name, out var text) ? fallback
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new ArgumentException($"--{name} {text} is not a number");
}
