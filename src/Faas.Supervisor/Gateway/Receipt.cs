using System.Globalization;
using Faas.Protocol.Contracts;
using Faas.Supervisor.Invocations;
using Faas.Supervisor.Scheduling;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// What every answer to an invocation tells about it: <c>X-Faas-Invocation</c>, <c>X-Faas-Worker</c> and
/// <c>Server-Timing</c> (W3C Server Timing: durations in ms).
/// </summary>
internal sealed class Receipt(Scheduler scheduler, InvocationNumbers numbers)
{
    public const string InvocationHeader = "X-Faas-Invocation";
    public const string WorkerHeader = "X-Faas-Worker";
    public const string TimingHeader = "Server-Timing";

    /// <summary>Stable code of a failure that came behind the head of an answer under <c>/fn/</c>.</summary>
    public const string ErrorHeader = "X-Faas-Error";

    private const string NoWorker = "none";

    // The words, five numbers of 20 digits at most, and the strategy's name.
    private const int MaxTimingChars = 256;
    private static readonly string[] s_workerNumbers = [.. Enumerable.Range(0, 64).Select(Number)];

    /// <summary>All of it; the invocation has ended.</summary>
    public void Write(HttpResponse response, Invocation invocation)
    {
        WriteIdentity(response, invocation);
        response.Headers[TimingHeader] = Timing(invocation);
    }

    /// <summary>For content that needs no worker: every part is 0.</summary>
    public void WriteFromStore(HttpResponse response)
    {
        response.Headers[InvocationHeader] = numbers.NextText();
        response.Headers[WorkerHeader] = NoWorker;
        response.Headers[TimingHeader] =
            "queue;dur=0.000, send;dur=0.000, load;dur=0.000, run;dur=0.000, total;dur=0.000, start;desc=warm, pick;desc=none";
    }

    /// <summary>Which invocation and where.</summary>
    public void WriteIdentity(HttpResponse response, Invocation invocation)
    {
        var headers = response.Headers;
        if (invocation.Worker is { } worker)
        {
            headers[InvocationHeader] = new InvocationId(invocation.Id).ToString();
            headers[WorkerHeader] = worker < s_workerNumbers.Length ? s_workerNumbers[worker] : Number(worker);
        }
        else
        {
            headers[InvocationHeader] = numbers.NextText();
            headers[WorkerHeader] = NoWorker;
        }
    }

    /// <summary>The value of <c>Server-Timing</c>.</summary>
    public string Timing(Invocation invocation)
    {
        ref readonly var timings = ref invocation.Timings;
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
        text.Append(invocation.Start switch
        {
            StartKind.Warm => ", start;desc=warm, pick;desc=",
            StartKind.Cached => ", start;desc=cached, pick;desc=",
            _ => ", start;desc=cold, pick;desc=",
        });
        text.Append(scheduler.Strategy);
        return text.ToString();
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
