namespace Faas.Supervisor.Building;

/// <summary>
/// A language that compiles to WASM. To add one: a class here, a line in <see cref="FunctionBuilder"/>, the language in
/// <see cref="Functions.FunctionLanguages"/>.
/// </summary>
internal interface ICompiler
{
    /// <summary>As in <see cref="Functions.FunctionLanguages"/>.</summary>
    string Language { get; }

    /// <summary>What to install when nothing works, with the names of Debian's packages.</summary>
    string Remedy { get; }

    /// <summary>
    /// A program that compiles wherever the toolchain is whole: it uses the standard library. Each candidate is tried on
    /// it, since a compiler without its library is common.
    /// </summary>
    string TrialSource { get; }

    /// <summary>What might be there, best first. Looks at files; runs nothing but what must tell a path.</summary>
    /// <param name="search">Where to look.</param>
    /// <param name="cacheFolder">Absolute path for a cache that the compiler keeps between builds.</param>
    IEnumerable<Toolchain> Candidates(ToolSearch search, string cacheFolder);
}
