using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Faas.Supervisor.Functions;

/// <summary>
/// The deployed functions, in memory and on disk. Lookups take no lock and allocate nothing; an add or a delete is on
/// disk before it is seen. One store a data folder: hold a <see cref="DataDirectoryLock"/>.
/// </summary>
public sealed partial class FunctionStore : IDisposable
{
    // Each add sleeps in about five flushes, which the file system merges across threads; more threads than this gain nothing.
    private const int MaxConcurrentWrites = 16;

    // Tombstones of names deleted this second are forgotten when there are this many.
    private const int MaxTombstones = 1024;

    // Ids and names in one table, so that one probe answers both; an id is never also a name.
    private readonly ConcurrentDictionary<string, FunctionVersion> _index = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FunctionVersion>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, NameEntry> _names = new(StringComparer.Ordinal); // under _gate
    private readonly Dictionary<string, long> _tombstones = new(StringComparer.Ordinal); // under _gate
    private readonly HashSet<string> _reserved = new(StringComparer.Ordinal); // under _gate
    private readonly SemaphoreSlim _writes = new(MaxConcurrentWrites);
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FunctionRemains _remains;
    private int _count;

    private FunctionStore(DataDirectory data, TimeProvider time, ILogger logger)
    {
        Data = data;
        _time = time;
        _logger = logger;
        _remains = new FunctionRemains(data, time, version => Notify(Removed, version));
        _lookup = _index.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Raised after a version can be resolved, on the adding thread. An exception is logged and swallowed.</summary>
    public event Action<FunctionVersion>? Added;

    /// <summary>Raised after a version can no longer be resolved, on the deleting thread. An exception is logged and swallowed.</summary>
    public event Action<FunctionVersion>? Deleted;

    /// <summary>
    /// Raised once no call can need a deleted version any more and its files are gone, on a timer's thread. Not for those
    /// that are left when the store is disposed.
    /// </summary>
    public event Action<FunctionVersion>? Removed;

    /// <summary>Raised after a name was made to mean an earlier version, with that version. An exception is logged and swallowed.</summary>
    public event Action<FunctionVersion>? RolledBack;

    /// <summary>Number of versions.</summary>
    public int Count => Volatile.Read(ref _count);

    internal DataDirectory Data { get; }

    /// <summary>Called after each step of an add or a delete. Tests only.</summary>
    internal Action<StoreStep>? Reached { get; set; }

    /// <summary>Reads what is there, removes half-written leftovers and sets damaged entries aside.</summary>
    /// <exception cref="IOException">The folder cannot be created or read.</exception>
    public static FunctionStore Open(string dataDirectory, TimeProvider time, ILogger logger)
    {
        var data = DataDirectory.Create(dataDirectory);
        data.EmptyTemporary();
        var store = new FunctionStore(data, time, logger);
        store.Load();
        return store;
    }

    /// <summary>Finds a version by its id, or the one that a name means: its newest, unless it was rolled back. Lock-free, no allocation.</summary>
    public bool TryResolve(ReadOnlySpan<char> nameOrId, [MaybeNullWhen(false)] out FunctionVersion version) =>
        _lookup.TryGetValue(nameOrId, out version);

    /// <summary>Writes a version to disk, durably, and makes it resolvable.</summary>
    /// <exception cref="FunctionNameTakenException">The name is the id of another function.</exception>
    /// <exception cref="StorageFailedException">The disk; nothing was added.</exception>
    public async Task<FunctionVersion> AddAsync(FunctionDraft draft, CancellationToken cancellationToken)
    {
        Validate(draft);
        await _writes.WaitAsync(cancellationToken);
        try
        {
            // Once begun it is finished: whether it is on disk must not depend on who still listens.
            return await Task.Run(() => StorageFailedException.Guard("store the function", () => Add(draft)), CancellationToken.None);
        }
        finally
        {
            _writes.Release();
        }
    }

    /// <summary>
    /// Deletes one version (an id) or all versions of a name, durably. Who has resolved one may go on for as long as a call
    /// can take: its files stay until then.
    /// </summary>
    /// <returns>What was deleted, oldest first; empty when there is no such function.</returns>
    /// <exception cref="StorageFailedException">The disk; what of it was deleted before can no longer be resolved, but may be back after a power cut.</exception>
    public Task<IReadOnlyList<FunctionVersion>> DeleteAsync(string nameOrId, CancellationToken cancellationToken) =>
        Task.Run(() => Delete(nameOrId), cancellationToken);

    /// <summary>Every version, by name and within it oldest first. A snapshot.</summary>
    public IReadOnlyList<FunctionVersion> List()
    {
        lock (_gate)
        {
            var all = new List<FunctionVersion>(_count);
            foreach (var name in _names.Keys.Order(StringComparer.Ordinal))
            {
                all.AddRange(_names[name].Versions);
            }

            return all;
        }
    }

    /// <summary>The versions of a name, oldest first; empty when there is none. A snapshot.</summary>
    public IReadOnlyList<FunctionVersion> ListVersions(string name)
    {
        lock (_gate)
        {
            return _names.TryGetValue(name, out var entry) ? [.. entry.Versions] : [];
        }
    }

    /// <summary>Makes a name mean an earlier version until the next deploy, durably. What runs is not touched.</summary>
    /// <param name="name">A function's name.</param>
    /// <param name="toId">The version; null takes the one before the present one.</param>
    /// <param name="cancellationToken">Before it has begun.</param>
    /// <returns>The version that the name means now; null when there is no such one.</returns>
    /// <exception cref="StorageFailedException">The disk; nothing has changed.</exception>
    public Task<FunctionVersion?> RollBackAsync(string name, string? toId, CancellationToken cancellationToken) =>
        Task.Run(() => StorageFailedException.Guard("roll the function back", () => RollBack(name, toId)), cancellationToken);

    /// <summary>The source as it was sent.</summary>
    /// <exception cref="FileNotFoundException">It was deleted meanwhile; or <see cref="DirectoryNotFoundException"/>.</exception>
    /// <exception cref="StorageFailedException">The disk.</exception>
#pragma warning disable CA1822 // Reading belongs to the store although the path is known to the version.
    public byte[] ReadSource(FunctionVersion version)
    {
        try
        {
            return File.ReadAllBytes(version.SourcePath);
        }
        catch (Exception exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException) && StorageFailedException.IsOfTheDisk(exception))
        {
            throw new StorageFailedException("read the source", exception);
        }
    }
#pragma warning restore CA1822

    public void Dispose()
    {
        _remains.Dispose();
        FunctionFolder.RemoveLeft();
        _writes.Dispose();
    }

    private static void Validate(FunctionDraft draft)
    {
        if (!FunctionName.IsValid(draft.Name))
        {
            throw new ArgumentException($"'{draft.Name}' is not a function name", nameof(draft));
        }

        if (!FunctionLanguages.IsKnown(draft.Language))
        {
            throw new ArgumentException($"unknown language '{draft.Language}'", nameof(draft));
        }

        if (draft.Source.IsEmpty || FunctionLanguages.IsCompiled(draft.Language) == draft.Module.IsEmpty)
        {
            throw new ArgumentException("a function needs its source, and a module exactly when it is compiled", nameof(draft));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(draft.Limits.Timeout, TimeSpan.FromMilliseconds(1), nameof(draft));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(draft.Limits.MemoryBytes, nameof(draft));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(draft.Limits.OutputBytes, nameof(draft));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(draft.Concurrency ?? 1, nameof(draft));
    }

    private FunctionVersion Add(FunctionDraft draft)
    {
        // Hashed before the id is taken: ids then follow each other as closely as the disk allows.
        var source = draft.Source.Span;
        var sourceHash = Convert.ToHexStringLower(SHA256.HashData(source));
        var module = draft.Language == FunctionLanguages.Wasm ? draft.Source.Span : draft.Module.Span;
        var moduleHash = FunctionLanguages.IsWasm(draft.Language) ? Convert.ToHexStringLower(SHA256.HashData(module)) : null;
        var (stamp, number, now) = Reserve(draft.Name);
        var id = FunctionFolder.IdOf(draft.Name, stamp);
        FunctionVersion version;
        try
        {
            var metadata = new FunctionMetadata
            {
                Format = FunctionMetadata.CurrentFormat,
                Id = id,
                Name = draft.Name,
                Language = draft.Language,
                Version = number,
                Stamp = stamp,
                CreatedUnixSeconds = now,
                SizeBytes = source.Length,
                SourceSha256 = sourceHash,
                ModuleBytes = moduleHash is null ? null : module.Length,
                ModuleSha256 = moduleHash,
                TimeoutMs = (long)draft.Limits.Timeout.TotalMilliseconds,
                MemoryBytes = draft.Limits.MemoryBytes,
                OutputBytes = draft.Limits.OutputBytes,
                Backend = draft.Backend,
                Environment = draft.Environment.Count == 0 ? null : [.. draft.Environment.Select(pair => new FunctionVariable(pair.Key, pair.Value))],
                Idempotent = draft.Idempotent,
                Concurrency = draft.Concurrency,
                Retries = draft.Retries,
                Options = draft.Options.Count == 0 ? null : new Dictionary<string, string>(draft.Options),
                Labels = draft.Labels.Count == 0 ? null : new Dictionary<string, string>(draft.Labels),
                Secrets = draft.Secrets.Count == 0 ? null : [.. draft.Secrets],
                Schedule = draft.Schedule,
                CompileMs = draft.CompileMs,
            };
            FunctionFolder.Write(Data, draft, metadata, Reached);
            version = new FunctionVersion(Data.Functions, metadata);
        }
        catch
        {
            lock (_gate)
            {
                _reserved.Remove(id);
                _names[draft.Name].Reserved--;
                ForgetIfEmpty(draft.Name);
            }

            throw;
        }

        lock (_gate)
        {
            _reserved.Remove(id);
            var entry = _names[draft.Name];
            entry.Reserved--;
            var wasPinned = entry.Pin is not null;
            Publish(version);
            if (wasPinned && entry.Pin is null)
            {
                VersionPin.TryRemove(Data, draft.Name);
            }
        }

        Reached?.Invoke(StoreStep.Committed);
        FunctionStoreLog.Added(_logger, version.Id, version.Version, version.Language);
        Notify(Added, version);
        return version;
    }

    /// <summary>Takes the next free id of a name: never one that was used before in this process, never one that is a name.</summary>
    private (long Stamp, int Version, long Now) Reserve(string name)
    {
        lock (_gate)
        {
            if (_reserved.Contains(name) || (_index.TryGetValue(name, out var other) && other.Name != name))
            {
                throw new FunctionNameTakenException(name);
            }

            if (!_names.TryGetValue(name, out var entry))
            {
                _names[name] = entry = new NameEntry { LastStamp = _tombstones.GetValueOrDefault(name) };
            }

            // Past every stamp the name has had: the order of the ids is the order of the versions even if the clock steps back.
            var now = _time.GetUtcNow().ToUnixTimeSeconds();
            var stamp = Math.Max(now, entry.LastStamp + 1);
            while (_names.ContainsKey(FunctionFolder.IdOf(name, stamp)))
            {
                stamp++;
            }

            entry.LastStamp = stamp;
            entry.Reserved++;
            _reserved.Add(FunctionFolder.IdOf(name, stamp));
            return (stamp, ++entry.LastVersion, now);
        }
    }

    private void Publish(FunctionVersion version)
    {
        if (!_names.TryGetValue(version.Name, out var entry))
        {
            _names[version.Name] = entry = new NameEntry();
        }

        entry.LastStamp = Math.Max(entry.LastStamp, version.Stamp);
        entry.LastVersion = Math.Max(entry.LastVersion, version.Version);
        var position = entry.Versions.Count;
        while (position > 0 && entry.Versions[position - 1].Stamp > version.Stamp)
        {
            position--;
        }

        entry.Versions.Insert(position, version);
        if (version.Stamp > entry.Pin?.UpToStamp)
        {
            SetPin(version.Name, entry, null);
        }

        _index[version.Id] = version;
        _index[version.Name] = entry.Current;
        _count++;
    }

    private FunctionVersion? RollBack(string name, string? toId)
    {
        FunctionVersion target;
        lock (_gate)
        {
            if (!_names.TryGetValue(name, out var entry) || entry.Versions.Count == 0)
            {
                return null;
            }

            var position = toId is null
                ? entry.Versions.IndexOf(entry.Current) - 1
                : entry.Versions.FindIndex(version => version.Id == toId);
            if (position < 0)
            {
                return null;
            }

            target = entry.Versions[position];
            var pin = new VersionPin(target.Id, entry.Versions[^1].Stamp, []);
            pin.Write(Data, name, Reached);
            SetPin(name, entry, pin);
        }

        FunctionStoreLog.RolledBack(_logger, name, target.Id);
        Notify(RolledBack, target);
        return target;
    }

    private IReadOnlyList<FunctionVersion> Delete(string nameOrId)
    {
        List<FunctionVersion> doomed = [];
        StorageFailedException? failure = null;
        lock (_gate)
        {
            if (_names.TryGetValue(nameOrId, out var all))
            {
                doomed.AddRange(all.Versions);
            }
            else if (_index.TryGetValue(nameOrId, out var single))
            {
                doomed.Add(single);
            }

            if (doomed.Count == 0)
            {
                return doomed;
            }

            var moved = 0;
            try
            {
                // Oldest first: a crash in between leaves a name that still means its newest version.
                foreach (var version in doomed)
                {
                    FunctionFolder.MarkDeleted(Data, version.Id);
                    moved++;
                    Reached?.Invoke(StoreStep.DeleteRenamed);
                }
            }
            catch (Exception exception) when (StorageFailedException.IsOfTheDisk(exception))
            {
                failure = new StorageFailedException("delete the function", exception);
            }
            finally
            {
                doomed.RemoveRange(moved, doomed.Count - moved);
                doomed.ForEach(Unpublish);
                doomed.ForEach(_remains.Add);
            }
        }

        Reached?.Invoke(StoreStep.DeleteCommitted);
        foreach (var version in doomed)
        {
            FunctionStoreLog.Deleted(_logger, version.Id);
            Notify(Deleted, version);
        }

        return failure is null ? doomed : throw failure;
    }

    private void Unpublish(FunctionVersion version)
    {
        var entry = _names[version.Name];
        entry.Versions.Remove(version);
        _index.TryRemove(version.Id, out _);
        _count--;
        if (entry.Pin?.Id == version.Id)
        {
            SetPin(version.Name, entry, null);
            VersionPin.TryRemove(Data, version.Name);
        }

        if (entry.Versions.Count > 0)
        {
            SetPin(version.Name, entry, entry.Pin);
        }
        else
        {
            _index.TryRemove(version.Name, out _);
            ForgetIfEmpty(version.Name);
        }
    }

    /// <summary>Drops a name without versions, unless one is on its way; its last stamp is kept while the clock could give it again.</summary>
    private void ForgetIfEmpty(string name)
    {
        if (!_names.TryGetValue(name, out var entry) || entry.Versions.Count > 0 || entry.Reserved > 0)
        {
            return;
        }

        _names.Remove(name);
        if (_tombstones.Count >= MaxTombstones)
        {
            var now = _time.GetUtcNow().ToUnixTimeSeconds();
            foreach (var (old, stamp) in _tombstones)
            {
                if (stamp < now)
                {
                    _tombstones.Remove(old);
                }
            }
        }

        _tombstones[name] = entry.LastStamp;
    }

    private void Load()
    {
        var loaded = new ConcurrentBag<FunctionMetadata>();
        Parallel.ForEach(Directory.EnumerateFileSystemEntries(Data.Functions), folder =>
        {
            if (FunctionFolder.TryRead(folder, out var problem) is { } metadata)
            {
                loaded.Add(metadata);
            }
            else if (FunctionFolder.IsMarkedDeleted(folder))
            {
                FunctionFolder.TryRemove(folder);
            }
            else
            {
                SetAside(folder, problem!);
            }
        });

        var sorted = loaded.ToArray();
        Array.Sort(sorted, static (left, right) => left.Stamp.CompareTo(right.Stamp));
        foreach (var metadata in sorted)
        {
            Publish(new FunctionVersion(Data.Functions, metadata));
        }

        LoadPins();

        // Only hands other than ours can make a name that is also an id; the id wins, and the name's versions keep their ids.
        foreach (var metadata in sorted)
        {
            if (_names.ContainsKey(metadata.Id))
            {
                _index[metadata.Id] = _names[metadata.Name].Versions.Find(version => version.Stamp == metadata.Stamp)!;
            }
        }

        FunctionStoreLog.Opened(_logger, _count, Data.Functions);
    }

    private void LoadPins()
    {
        foreach (var path in Directory.EnumerateFiles(Data.Pins))
        {
            var name = Path.GetFileName(path);
            if (VersionPin.TryRead(Data, name) is { } pin
                && _names.TryGetValue(name, out var entry)
                && entry.Versions[^1].Stamp <= pin.UpToStamp
                && entry.Versions.Exists(version => version.Id == pin.Id))
            {
                SetPin(name, entry, pin);
            }
            else
            {
                VersionPin.TryRemove(Data, name);
            }
        }
    }

    private void SetAside(string folder, string problem)
    {
        try
        {
            Directory.CreateDirectory(Data.Damaged, DataDirectory.FolderMode);
            var name = $"{Path.GetFileName(folder)}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
            Directory.Move(folder, Path.Combine(Data.Damaged, name));
            FunctionStoreLog.SetAside(_logger, folder, problem, name);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            FunctionStoreLog.Ignored(_logger, folder, problem, exception.Message);
        }
    }

    private void Notify(Action<FunctionVersion>? observers, FunctionVersion version)
    {
        foreach (var observer in Delegate.EnumerateInvocationList(observers))
        {
            try
            {
                observer(version);
            }
#pragma warning disable CA1031 // The version is already on disk: an observer's defect must not turn the answer into a failure.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                FunctionStoreLog.ObserverFailed(_logger, exception);
            }
        }
    }

    /// <summary>One name. Under the store's gate.</summary>
    private sealed class NameEntry
    {
        /// <summary>By stamp, oldest first.</summary>
        public List<FunctionVersion> Versions { get; } = [];

        /// <summary>The roll-back in force; its version is among <see cref="Versions"/>.</summary>
        public VersionPin? Pin { get; set; }

        /// <summary>What the name means. Only while there are versions.</summary>
        public FunctionVersion Current => Pin is { } pin ? Versions.Find(version => version.Id == pin.Id)! : Versions[^1];

        /// <summary>Ids taken and not yet published.</summary>
        public int Reserved { get; set; }

        public long LastStamp { get; set; }

        public int LastVersion { get; set; }
    }
}
