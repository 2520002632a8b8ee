using Faas.EndToEnd.Tests.Server;

namespace Faas.Browser.Tests;

/// <summary>Functions that need no compiler.</summary>
internal static class Guests
{
    /// <summary>Writes <c>Hello from WebAssembly!</c> and a line feed.</summary>
    public static readonly string Hello = File.ReadAllText(Path.Combine(RepositoryLayout.Root, "examples", "wat", "hello.wat"));
}
