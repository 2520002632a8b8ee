namespace Faas.NBomber;

/// <summary>What became of one call.</summary>
/// <param name="Status">The HTTP status, or <see cref="Error"/> when there was no answer: what NBomber's reports list.</param>
/// <param name="Error">Null = answered well; else the stable code: the server's own, or one of the client's as the built-in driver has them.</param>
/// <param name="Bytes">Length of the answer's body.</param>
internal readonly record struct CallOutcome(string Status, string? Error, int Bytes);
