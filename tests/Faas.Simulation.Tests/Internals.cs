using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Faas.Supervisor.Invocations;
using Faas.Supervisor.Scheduling;
using Faas.Supervisor.Workers;

namespace Faas.Simulation.Tests;

/// <summary>State that only invariants look at.</summary>
internal static class Internals
{
    /// <summary>True from the detaching on.</summary>
    public static bool IsOver(WorkerSession session) => IsOverField(session);

    /// <summary>Those who wait for any worker.</summary>
    public static PlacementGroup AnyGroup(Scheduler scheduler) => AllField(scheduler);

    /// <summary>Those who wait for a worker of one engine, by engine.</summary>
    public static PlacementGroup[] Groups(Scheduler scheduler) => BackendsField(scheduler);

    /// <summary>Limits of functions with somebody in their line, and some more.</summary>
    public static HashSet<ConcurrencyLimit> Limits(Scheduler scheduler) => LimitsField(scheduler);

    public static IEnumerable<ConcurrencyLimit> LimitsOfFunctions(InvocationRunner runner) => FunctionLimitsField(runner).Values;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_isOver")]
    private static extern ref bool IsOverField(WorkerSession session);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_all")]
    private static extern ref PlacementGroup AllField(Scheduler scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_backends")]
    private static extern ref PlacementGroup[] BackendsField(Scheduler scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_limits")]
    private static extern ref HashSet<ConcurrencyLimit> LimitsField(Scheduler scheduler);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_limits")]
    private static extern ref ConcurrentDictionary<uint, ConcurrencyLimit> FunctionLimitsField(InvocationRunner runner);
}
