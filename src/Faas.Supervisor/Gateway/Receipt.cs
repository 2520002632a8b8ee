using System.Globalization;
using Faas.Protocol.Contracts;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// What every answer to an invocation tells about it: <c>X-Faas-Invocation</c>, <c>X-Faas-Worker</c> and
/// <c>Server-Timing</c> (W3C Server Timing: durations in ms).
/// </summary>
internal static class Receipt
{
    public const string InvocationHeader = "X-Faas-Invocation";
    public const string WorkerHeader = "X-Faas-Worker";
    public const string TimingHeader = "Server-Timing";

    private const double NanosecondsPerMillisecond = 1_000_000;
    private static readonly string[] s_workerNumbers = [.. Enumerable.Range(0, 64).Select(Number)];

    /// <summary>All of it; the invocation has ended.</summary>
    public static void Write(HttpResponse response, PendingInvocation pending, string strategy)
    {
        if (pending.Connection is not null)
        {
            WriteIdentity(response, pending);
        }

        response.Headers[TimingHeader] = Timing(pending, strategy);
    }

    /// <summary>Which invocation and where.</summary>
    public static void WriteIdentity(HttpResponse response, PendingInvocation pending)
    {
        var headers = response.Headers;
        headers[InvocationHeader] = new InvocationId(pending.Id).ToString();
        var worker = pending.Connection!.Hello.WorkerIndex;
        headers[WorkerHeader] = worker < (uint)s_workerNumbers.Length ? s_workerNumbers[worker] : Number((int)worker);
    }

    /// <summary>The value of <c>Server-Timing</c>.</summary>
    public static string Timing(PendingInvocation pending, string strategy)
    {
        ref readonly var timings = ref pending.Timings;
        var start = pending.Start switch { StartKind.Warm => "warm", StartKind.Cached => "cached", _ => "cold" };
        Span<char> space = stackalloc char[256];
        return string.Create(
            CultureInfo.InvariantCulture,
            space,
            $"queue;dur={Ms(timings.QueueNanoseconds):0.000}, send;dur={Ms(timings.SendNanoseconds):0.000}, load;dur={Ms(timings.LoadNanoseconds):0.000}, run;dur={Ms(timings.RunNanoseconds):0.000}, total;dur={Ms(timings.TotalNanoseconds):0.000}, start;desc={start}, pick;desc={strategy}");
    }

    private static double Ms(long nanoseconds) => nanoseconds / NanosecondsPerMillisecond;

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
