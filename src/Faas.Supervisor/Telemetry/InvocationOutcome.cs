using Faas.Protocol.Contracts;
using Faas.Supervisor.Gateway;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Telemetry;

/// <summary>How an invocation ended, as a small number for arrays and as a word: <c>ok</c>, or the stable code of the failure.</summary>
internal static class InvocationOutcome
{
    // After the statuses of Completed frames: ends before any worker had it.
    private const int QueueFull = (int)InvocationStatus.InternalError + 1;
    private const int NoWorker = QueueFull + 1;

    private static readonly string[] s_words =
    [
        "ok",
        .. Enumerable.Range(1, (int)InvocationStatus.InternalError).Select(status => InvocationStatusHttpMapping.Map((InvocationStatus)status).Code),
        ErrorCodes.QueueFull,
        ErrorCodes.NoWorker,
    ];

    public static int Count => s_words.Length;

    /// <summary>The word for a number below <see cref="Count"/>.</summary>
    public static string Word(int outcome) => s_words[outcome];

    /// <summary>The number of one that is over.</summary>
    public static int Of(PendingInvocation pending) => pending.HasEnded
        ? (int)pending.Status
        : pending.Dispatch switch
        {
            DispatchStatus.QueueFull => QueueFull,
            DispatchStatus.NoWorker => NoWorker,
            DispatchStatus.ShuttingDown => (int)InvocationStatus.ShuttingDown,
            _ => (int)InvocationStatus.Cancelled,
        };
}
