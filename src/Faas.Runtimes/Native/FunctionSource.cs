using Faas.Runtimes.Native.Sandbox;

namespace Faas.Runtimes.Native;

/// <summary>A function's source as a guest gets it.</summary>
/// <param name="FunctionId">Deployed id.</param>
/// <param name="Style">How it is called.</param>
/// <param name="File">The entry file.</param>
internal sealed record FunctionSource(string FunctionId, FunctionStyle Style, GuestFile File);
