namespace Faas.Runtimes.Native.Lanes;

/// <summary>What a guest says at the end of a call.</summary>
/// <param name="End">Whether it said anything; the rest counts only for <see cref="LaneEnd.Answered"/>.</param>
/// <param name="ExitCode">As of a process: 0 is success.</param>
/// <param name="RanOutOfMemory">The call failed for want of memory.</param>
/// <param name="Next">What the guest says of its next call.</param>
internal readonly record struct LaneAnswer(LaneEnd End, int ExitCode = 0, bool RanOutOfMemory = false, LaneNext Next = LaneNext.Ready);
