namespace Faas.Supervisor.Cli.Load;

/// <summary>How the result of a load run is written to standard output.</summary>
internal enum LoadOutput
{
    /// <summary>A table for people.</summary>
    Text,

    /// <summary>One JSON object.</summary>
    Json,
}
