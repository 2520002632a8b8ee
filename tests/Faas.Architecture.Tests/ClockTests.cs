namespace Faas.Architecture.Tests;

/// <summary>Where time is logic it comes from a TimeProvider: a test can hold it, and a simulation can order it.</summary>
public sealed class ClockTests
{
    private const string TimeProvider = "System.TimeProvider";
    private const string TokenSource = "System.Threading.CancellationTokenSource";

    private static readonly string[] s_rooms =
    [
        "Faas.Supervisor.AsyncInvocations",
        "Faas.Supervisor.Invocations",
        "Faas.Supervisor.Loops",
        "Faas.Supervisor.Scheduling",
        "Faas.Supervisor.Timers",
        "Faas.Supervisor.Workers",
    ];

    // Its thread sleeps for ever, which needs no clock. One that no longer needs to be here fails the test below.
    private static readonly string[] s_exceptions = ["Faas.Supervisor.Workers.SpawnerThread"];

    [Fact]
    public void Logic_ItsTime_ComesFromATimeProvider() =>
        ArrowTests.AssertNone(Offences().Where(offence => !s_exceptions.Contains(offence.Caller)).Select(offence => $"{offence.Caller} calls {offence.Method}"));

    [Fact]
    public void Exceptions_EachOfThem_IsStillNeeded() =>
        ArrowTests.AssertNone(s_exceptions.Except(Offences().Select(offence => offence.Caller)).Select(type => $"{type} is no exception any more"));

    [Theory]
    [InlineData("System.Threading.Tasks.Task.Delay", "System.TimeSpan")]
    [InlineData("System.Threading.CancellationTokenSource..ctor", "System.TimeSpan")]
    [InlineData("System.DateTimeOffset.get_UtcNow")]
    public void IsOffence_ACallWithoutTheProvider_Is(string method, params string[] parameters)
    {
        Assert.True(IsOffence(method, parameters));
        Assert.Equal(method.Contains("get_", StringComparison.Ordinal), IsOffence(method, [.. parameters, TimeProvider]));
    }

    private static IEnumerable<(string Caller, string Method)> Offences()
    {
        var calls = Rooms.Supervisor.Calls().Where(call => s_rooms.Any(room => Rooms.IsIn(AssemblyMetadata.NamespaceOf(call.Caller), room))).ToList();

        // A source made with a provider keeps to it afterwards.
        var ownSources = calls.Where(call => call.Method == TokenSource + "..ctor" && call.Parameters.Contains(TimeProvider)).Select(call => call.Caller).ToHashSet();
        return calls
            .Where(call => IsOffence(call.Method, call.Parameters) || (call.Method == TokenSource + ".CancelAfter" && !ownSources.Contains(call.Caller)))
            .Select(call => (call.Caller, call.Method))
            .Distinct();
    }

    private static bool IsOffence(string method, IReadOnlyList<string> parameters) => method switch
    {
        "System.Threading.Tasks.Task.Delay" or "System.Threading.PeriodicTimer..ctor" => !parameters.Contains(TimeProvider),
        "System.Threading.Tasks.Task.WaitAsync" or "System.Threading.Tasks.Task`1.WaitAsync" or TokenSource + "..ctor" =>
            parameters.Any(parameter => parameter is "System.TimeSpan" or "Int32") && !parameters.Contains(TimeProvider),
        "System.Threading.Timer..ctor" or "System.Threading.Thread.Sleep" => true,
        "System.DateTime.get_UtcNow" or "System.DateTime.get_Now" or "System.DateTime.get_Today" => true,
        "System.DateTimeOffset.get_UtcNow" or "System.DateTimeOffset.get_Now" => true,
        "System.Environment.get_TickCount" or "System.Environment.get_TickCount64" => true,
        _ => method.StartsWith("System.Diagnostics.Stopwatch.", StringComparison.Ordinal),
    };
}
