namespace Faas.Supervisor.Invocations;

/// <summary>
/// Where the output and the end of one invocation go: an HTTP answer, a local client, a record on disk. The runner calls it
/// from one place, one call at a time. What it throws ends this invocation alone: it is cancelled, waited for and given back,
/// and then the exception goes on to who called the runner.
/// </summary>
internal interface IInvocationSink
{
    /// <summary>Whether <see cref="TakeAsync"/> is called while the function runs.</summary>
    OutputDelivery Delivery { get; }

    /// <summary>
    /// There is output, or the end has come; with <see cref="OutputDelivery.Streamed"/> only. What is not taken stays and holds the
    /// function up; from the first byte taken on the invocation is not run a second time. May leave what there is to
    /// <see cref="EndAsync"/>.
    /// </summary>
    /// <param name="invocation">Valid during the call.</param>
    /// <param name="hasEnded">True: this is the last call, and <see cref="Invocation.End"/> tells how it ended.</param>
    ValueTask TakeAsync(Invocation invocation, bool hasEnded);

    /// <summary>
    /// The invocation is over, whatever its end, and its slot was given back. Once for each; not after the sink has thrown.
    /// </summary>
    /// <param name="invocation">Valid during the call.</param>
    ValueTask EndAsync(Invocation invocation);
}
