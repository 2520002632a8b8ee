namespace MiniFaas.Client;

/// <summary>How a command shows what it got.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Text = 0,

    /// <summary>The server's JSON as it came.</summary>
    Json = 1,
}
