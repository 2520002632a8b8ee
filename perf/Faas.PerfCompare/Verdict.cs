namespace Faas.PerfCompare;

/// <summary>What a comparison of one figure says.</summary>
internal enum Verdict
{
    /// <summary>No difference past the threshold can be shown.</summary>
    Same,

    /// <summary>Better by more than the threshold.</summary>
    Faster,

    /// <summary>Worse by more than the threshold: a regression.</summary>
    Slower,

    /// <summary>A case of the old run is not in the new one: a regression, or nobody would notice a dropped benchmark.</summary>
    Missing,

    /// <summary>A case the old run did not have.</summary>
    New,

    /// <summary>Shown and not judged.</summary>
    Informative,
}
