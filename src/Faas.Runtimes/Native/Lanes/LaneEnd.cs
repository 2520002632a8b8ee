namespace Faas.Runtimes.Native.Lanes;

/// <summary>How a call on a lane ended.</summary>
internal enum LaneEnd
{
    /// <summary>The guest answered.</summary>
    Answered,

    /// <summary>A limit: the guest must be ended.</summary>
    MustEnd,

    /// <summary>The guest has ended without an answer.</summary>
    Gone,
}
