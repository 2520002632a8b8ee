namespace Faas.Supervisor.Recording.Traces;

/// <summary>A file is no trace, or of another version. The message is for people.</summary>
internal sealed class TraceFormatException(string message) : Exception(message);
