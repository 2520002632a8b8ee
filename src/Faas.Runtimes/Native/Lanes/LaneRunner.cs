using Faas.Protocol.Contracts;
using Faas.Runtimes.Native.Processes;

namespace Faas.Runtimes.Native.Lanes;

/// <summary>Runs invocations on warm guests.</summary>
internal static class LaneRunner
{
    /// <param name="pool">The function's warm guests.</param>
    /// <param name="start">Starts one more; null when that is not possible.</param>
    /// <param name="language">Says what ended a guest that ended.</param>
    /// <param name="source">The function.</param>
    /// <param name="invocation">The call.</param>
    /// <returns>Null when a guest was needed and could not be started.</returns>
    internal static InvocationResult? TryRun(
        LanePool pool, Func<GuestLane?> start, InterpreterLanguage language, FunctionSource source, InvocationContext invocation)
    {
        var startKind = StartKind.Warm;
        var lane = pool.TryRent();
        if (lane is null)
        {
            startKind = StartKind.Cold;
            lane = start();
            if (lane is null)
            {
                return null;
            }

            pool.Rented(lane);
        }

        lane.Arm();
        invocation.OnInterrupt(static state => ((GuestLane)state!).Interrupt(), lane);
        var errorTail = new ErrorTail();
        var answer = LaneCall.Run(lane, source, invocation, errorTail);
        var isUsable = lane.Disarm() && answer is { End: LaneEnd.Answered, Next: not LaneNext.Replace };
        lane.IsCleaning = answer.Next == LaneNext.Cleaning;
        var result = answer.End == LaneEnd.Answered
            ? JudgeAnswer(answer, invocation)
            : JudgeEnd(lane, answer, language, invocation, errorTail);
        if (answer.Next == LaneNext.Replace)
        {
            lane.Process.Kill(); // its other lanes take no more calls either
        }

        pool.Return(lane, isUsable);
        return result with { Start = startKind };
    }

    private static InvocationResult JudgeEnd(
        GuestLane lane, LaneAnswer answer, InterpreterLanguage language, InvocationContext invocation, ErrorTail errorTail)
    {
        if (answer.End == LaneEnd.MustEnd)
        {
            lane.Process.Kill();
        }

        var exit = lane.Process.Wait();
        if (lane.ErrorPipe is { } pipe)
        {
            StreamPump.DrainError(pipe, invocation, errorTail);
            exit = exit.UnwrapLauncher();
        }

        var result = GuestOutcome.Judge(language, invocation, answer.End == LaneEnd.Gone, exit, errorTail);
        return answer.End == LaneEnd.Gone && result.Status == InvocationStatus.Trap && lane.Process.EndedBecause is { } cause
            ? new InvocationResult(InvocationStatus.FunctionFailed, ExitCode: 1, cause)
            : result;
    }

    private static InvocationResult JudgeAnswer(LaneAnswer answer, InvocationContext invocation)
    {
        if (invocation.OutputLimitReached)
        {
            return new InvocationResult(InvocationStatus.OutputLimit, Message: "output limit reached");
        }

        if (answer.RanOutOfMemory)
        {
            return new InvocationResult(InvocationStatus.MemoryLimit, Message: "memory limit reached");
        }

        return answer.ExitCode == 0
            ? InvocationResult.Success
            : new InvocationResult(InvocationStatus.FunctionFailed, answer.ExitCode);
    }
}
