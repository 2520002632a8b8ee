namespace Faas.Runtimes.Native.Lanes;

/// <summary>What a guest says of its next call, in the last byte of its answer.</summary>
internal enum LaneNext : byte
{
    /// <summary>Call me again.</summary>
    Ready = 0,

    /// <summary>Do not.</summary>
    Replace = 1,

    /// <summary>Cleaning up: an 'N' frame will say that I am ready, or my end that I am not.</summary>
    Cleaning = 2,
}
