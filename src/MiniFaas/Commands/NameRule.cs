using System.CommandLine.Parsing;
using Faas.Supervisor.Functions;

namespace MiniFaas.Commands;

/// <summary>Names on the command line: of functions, and of what is called by the same rule (tokens, profiles).</summary>
internal static class NameRule
{
    /// <summary>A validator of an argument that is one name.</summary>
    public static void Check(ArgumentResult result)
    {
        if (result.Tokens is [var word] && !FunctionName.IsValid(word.Value))
        {
            result.AddError($"{word.Value}: {FunctionName.Rule}");
        }
    }
}
