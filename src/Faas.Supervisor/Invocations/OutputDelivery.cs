namespace Faas.Supervisor.Invocations;

/// <summary>How a caller takes a function's output.</summary>
internal enum OutputDelivery
{
    /// <summary>All of it, after the end.</summary>
    Whole,

    /// <summary>As it is written; what is not taken holds the function up.</summary>
    Streamed,
}
