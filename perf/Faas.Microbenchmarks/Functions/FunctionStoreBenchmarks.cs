using System.Globalization;
using BenchmarkDotNet.Attributes;
using Faas.Supervisor.Functions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Faas.Microbenchmarks.Functions;

/// <summary>Finding a function by name among few and many.</summary>
public class FunctionStoreBenchmarks
{
    private const int Probes = 1024; // a power of two, so that the turn is a mask

    private readonly string[] _names = new string[Probes];
    private DirectoryInfo? _folder;
    private FunctionStore? _store;
    private int _turn;

    [Params(1, 1_000, 100_000)]
    public int Deployed { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _folder = Directory.CreateDirectory(Path.Combine(MemoryOrTemp(), "faas-store-" + Guid.NewGuid().ToString("n")));
        _store = FunctionStore.Open(_folder.FullName, TimeProvider.System, NullLogger.Instance);
        Parallel.For(0, Deployed, new ParallelOptions { MaxDegreeOfParallelism = 16 }, number => _store.AddAsync(Draft(number), CancellationToken.None).GetAwaiter().GetResult());
        var random = new Random(1);
        for (var i = 0; i < Probes; i++)
        {
            _names[i] = Name(random.Next(Deployed));
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _store?.Dispose();
        _folder?.Delete(recursive: true);
    }

    [Benchmark]
    public FunctionVersion Resolve()
        => _store!.TryResolve(_names[_turn++ & (Probes - 1)], out var version) ? version : throw new InvalidOperationException("a deployed function was not found");

    /// <summary>What is measured is memory; a hundred thousand durable writes to a disk before it would take minutes.</summary>
    private static string MemoryOrTemp()
    {
        const string Memory = "/dev/shm";
        const long NeededBytes = 4L * 1024 * 1024 * 1024; // 100,000 functions take about 1.5 GiB
        return Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > NeededBytes ? Memory : Path.GetTempPath();
    }

    private static FunctionDraft Draft(int number) => new() { Name = Name(number), Language = FunctionLanguages.Html, Source = "<p>hello</p>"u8.ToArray() };

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"function-{number:D6}");
}
