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

    // The words, five numbers of 20 digits at most, and the strategy's name.
    private const int MaxTimingChars = 256;
    private static readonly string[] s_workerNumbers = [.. Enumerable.Range(0, 64).Select(Number)];

    /// <summary>All of it; the invocation has ended.</summary>
    public static void Write(HttpResponse response, PendingInvocation pending, string strategy)
    {
        if (pending.Connection is not null)
        {
            WriteIdentity(response, pending);
        }
        else
        {
            // Refused before any worker had it.
            response.Headers[InvocationHeader] = new InvocationId(WorkerConnection.NextNumber()).ToString();
            response.Headers[WorkerHeader] = "none";
        }

        response.Headers[TimingHeader] = Timing(pending, strategy);
    }

    /// <summary>For content that needs no worker: every part is 0.</summary>
    public static void WriteFromStore(HttpResponse response)
    {
        response.Headers[InvocationHeader] = new InvocationId(WorkerConnection.NextNumber()).ToString();
        response.Headers[WorkerHeader] = "none";
        response.Headers[TimingHeader] =
            "queue;dur=0.000, send;dur=0.000, load;dur=0.000, run;dur=0.000, total;dur=0.000, start;desc=warm, pick;desc=none";
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
        Span<char> space = stackalloc char[MaxTimingChars];
        var text = new SpanText(space);
        text.Append("queue;dur=");
        text.AppendMilliseconds(timings.QueueNanoseconds);
        text.Append(", send;dur=");
        text.AppendMilliseconds(timings.SendNanoseconds);
        text.Append(", load;dur=");
        text.AppendMilliseconds(timings.LoadNanoseconds);
        text.Append(", run;dur=");
        text.AppendMilliseconds(timings.RunNanoseconds);
        text.Append(", total;dur=");
        text.AppendMilliseconds(timings.TotalNanoseconds);
        text.Append(pending.Start switch
        {
            StartKind.Warm => ", start;desc=warm, pick;desc=",
            StartKind.Cached => ", start;desc=cached, pick;desc=",
            _ => ", start;desc=cold, pick;desc=",
        });
        text.Append(strategy);
        return text.ToString();
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
