using System.Collections.Concurrent;
using System.Text;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Secrets;

/// <summary>
/// Values that functions see and nobody reads: one file each, 0600, in a folder of the supervisor's user, and a copy in
/// memory. No method of the API gives one back. Any thread.
/// </summary>
internal sealed class SecretStore
{
    /// <summary>What an environment can reasonably carry: keys and certificates are some KiB.</summary>
    public const int MaxValueBytes = 64 * 1024;

    // A value that was replaced may still be in a log that is being written.
    private const int KeptValues = 4;

    private readonly ConcurrentDictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string[]> _everKnown = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly DataDirectory _data;

    private SecretStore(DataDirectory data) => _data = data;

    /// <summary>In order.</summary>
    public IReadOnlyList<string> Names => [.. _values.Keys.Order(StringComparer.Ordinal)];

    /// <exception cref="IOException">A file cannot be read.</exception>
    public static SecretStore Open(DataDirectory data)
    {
        var store = new SecretStore(data);
        foreach (var path in Directory.EnumerateFiles(data.Secrets))
        {
            if (IsName(Path.GetFileName(path)))
            {
                store.Keep(Path.GetFileName(path), Encoding.UTF8.GetString(File.ReadAllBytes(path)));
            }
        }

        return store;
    }

    /// <summary>True for what can be a variable's name: a letter or underscore, then up to 63 letters, digits and underscores.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= 64 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    public bool Contains(string name) => _values.ContainsKey(name);

    /// <summary>Keeps a value, durably; replaces one of that name.</summary>
    /// <exception cref="StorageFailedException">The disk; nothing has changed.</exception>
    public void Set(string name, string value) => StorageFailedException.Guard("keep the secret", () =>
    {
        lock (_gate)
        {
            var folder = _data.CreateTemporaryFolder("secret");
            var staged = Path.Combine(folder, name);
            try
            {
                DurableFiles.Write(staged, Encoding.UTF8.GetBytes(value));
                File.Move(staged, PathOf(name), overwrite: true);
                DurableFiles.FlushFolder(_data.Secrets);
            }
            finally
            {
                FunctionFolder.TryRemove(folder);
            }

            Keep(name, value);
            return true;
        }
    });

    /// <returns>False when there is none of that name.</returns>
    /// <exception cref="StorageFailedException">The disk.</exception>
    public bool Delete(string name) => StorageFailedException.Guard("delete the secret", () =>
    {
        lock (_gate)
        {
            if (!_values.ContainsKey(name))
            {
                return false;
            }

            File.Delete(PathOf(name));
            DurableFiles.FlushFolder(_data.Secrets);
            return _values.TryRemove(name, out _);
        }
    });

    /// <summary>What a function finds in its environment: <c>NAME=value</c> for each secret it asked for and that is there.</summary>
    public IEnumerable<string> EnvironmentOf(FunctionVersion function)
    {
        foreach (var name in function.Secrets)
        {
            if (_values.TryGetValue(name, out var value))
            {
                yield return $"{name}={value}";
            }
        }
    }

    /// <summary>What must not be seen in a function's log: present values and those they replaced.</summary>
    public IEnumerable<string> HiddenFor(FunctionVersion function)
    {
        foreach (var name in function.Secrets)
        {
            foreach (var value in _everKnown.GetValueOrDefault(name) ?? [])
            {
                yield return value;
            }
        }
    }

    private void Keep(string name, string value)
    {
        _everKnown.AddOrUpdate(name, [value], (_, before) => [value, .. before.Take(KeptValues - 1)]);
        _values[name] = value;
    }

    private string PathOf(string name) => Path.Combine(_data.Secrets, name);
}
