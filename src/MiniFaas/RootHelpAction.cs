using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MiniFaas;

/// <summary>Help of the program as a whole is ours, grouped; that of a command is the parser's.</summary>
internal sealed class RootHelpAction(HelpAction commandHelp) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is not RootCommand root)
        {
            return commandHelp.Invoke(parseResult);
        }

        RootHelp.Write(parseResult.InvocationConfiguration.Output, root.Subcommands.Select(command => (command.Name, command.Description ?? "")));
        return 0;
    }
}
