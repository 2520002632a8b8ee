namespace Faas.Load;

/// <summary>How the result of a load run is written to standard output.</summary>
public enum LoadOutput
{
    /// <summary>A table for people.</summary>
    Text,

    /// <summary>One JSON object.</summary>
    Json,
}
