using Faas.Supervisor.Functions;

namespace Faas.Simulation.Tests;

/// <summary>A deployed function, and what the scripted workers do when they are asked to run it.</summary>
internal sealed class SimulatedFunction
{
    public const int ExitCode = 7;
    public const string UnknownBackend = "gamma";

    // Its Prepare does not fit into a frame.
    private static readonly List<FunctionVariable> s_largeEnvironment = [new("LARGE", new string('x', 1024 * 1024))];

    public SimulatedFunction(Random random, SchedulePlan plan, uint handle)
    {
        Kind = random.Next(10) switch { < 4 => FunctionKind.Quick, < 6 => FunctionKind.Slow, < 8 => FunctionKind.Stream, 8 => FunctionKind.Fails, _ => FunctionKind.Endless };
        var timeout = random.Next(40, 800);
        Duration = TimeSpan.FromMilliseconds(Math.Max(1, timeout * random.NextDouble() * 0.5));
        Pieces = random.Next(1, 6);
        HasCode = random.Next(25) != 0;
        CodeDelay = random.Next(4) == 0 ? TimeSpan.FromMilliseconds(random.Next(1, 300)) : TimeSpan.Zero;
        IsPreparable = !plan.HasLargeFrames || random.Next(3) != 0;
        Version = new FunctionVersion("", new FunctionMetadata
        {
            Format = 1,
            Id = $"f{handle}",
            Name = "f",
            Language = random.Next(3) == 0 ? FunctionLanguages.Python : FunctionLanguages.C,
            Version = 1,
            Stamp = 1,
            CreatedUnixSeconds = 1,
            SizeBytes = 1,
            SourceSha256 = "",
            TimeoutMs = timeout,
            MemoryBytes = 1 << 20,
            OutputBytes = 1 << 20,
            Idempotent = random.Next(3) == 0,
            Concurrency = random.Next(4) == 0 ? random.Next(1, 4) : null,
            Backend = random.Next(6) == 0 ? plan.Backends[random.Next(plan.Backends.Count)].Name : random.Next(40) == 0 ? UnknownBackend : null,
            Environment = IsPreparable ? null : s_largeEnvironment,
        }, handle);
    }

    /// <summary>One that every worker can run at once.</summary>
    public SimulatedFunction(uint handle)
    {
        Kind = FunctionKind.Slow;
        Duration = TimeSpan.FromMilliseconds(20);
        Pieces = 1;
        HasCode = IsPreparable = true;
        Version = new FunctionVersion("", new FunctionMetadata
        {
            Format = 1,
            Id = $"f{handle}",
            Name = "f",
            Language = FunctionLanguages.C,
            Version = 1,
            Stamp = 1,
            CreatedUnixSeconds = 1,
            SizeBytes = 1,
            SourceSha256 = "",
            TimeoutMs = 1000,
            MemoryBytes = 1 << 20,
            OutputBytes = 1 << 20,
        }, handle);
    }

    public FunctionVersion Version { get; }

    public FunctionKind Kind { get; }

    /// <summary>How long it runs, less than its timeout; of <see cref="FunctionKind.Slow"/> and <see cref="FunctionKind.Stream"/>.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Pieces of its output.</summary>
    public int Pieces { get; }

    /// <summary>False: there is nothing to load for it.</summary>
    public bool HasCode { get; }

    /// <summary>How long it takes to make what is loaded.</summary>
    public TimeSpan CodeDelay { get; }

    public bool IsPreparable { get; }

    /// <summary>No new calls come for it.</summary>
    public bool IsDeleted { get; set; }

    /// <summary>The making of its code, per schedule.</summary>
    public Task? Compiling { get; set; }

    public override string ToString() =>
        $"{Version.Id} ({Kind}, timeout {Version.Limits.Timeout.TotalMilliseconds} ms{(Version.Idempotent ? ", idempotent" : "")}{(Version.Concurrency is { } most ? $", concurrency {most}" : "")}{(Version.Backend is { } backend ? $", on {backend}" : "")})";
}
