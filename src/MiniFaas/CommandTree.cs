using System.CommandLine;
using System.CommandLine.Help;
using Faas.Supervisor.Scheduling;
using MiniFaas.Commands;
using MiniFaas.Lab;
using MiniFaas.Load;
using MiniFaas.Settings;
using MiniFaas.Top;

namespace MiniFaas;

/// <summary>The whole command line for the general parser: the server's settings on the root, one subcommand a file.</summary>
internal static class CommandTree
{
    // @FILE is a value of --data here, not a file of more arguments.
    private static readonly ParserConfiguration s_configuration = new() { ResponseFileTokenReplacer = null };

    public static ParseResult Parse(IReadOnlyList<string> args) => Create().Parse(args, s_configuration);

    public static RootCommand Create()
    {
        // Hidden: the parser's help would show it with every command. The root's help is our own.
        var strategy = new Argument<string?>("STRATEGY") { Arity = ArgumentArity.ZeroOrOne, Hidden = true };
        strategy.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var word }] && !StrategyCatalog.TryGetName(word, out _))
            {
                result.AddError($"unknown strategy '{word}'");
            }
        });

        var config = new Option<string?>("--" + SettingCatalog.ConfigName) { HelpName = "FILE", Description = "Settings as JSON" };
        var options = new List<(Setting Setting, Option<string?> Option)>();
        foreach (Setting setting in SettingCatalog.All)
        {
            var option = new Option<string?>(setting.OptionName)
            {
                Description = setting.Description,
                HelpName = setting.ValueName,
                Arity = setting.IsFlag ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
            };
            option.CompletionSources.Add([.. setting.Known]);
            options.Add((setting, option));
        }

        var root = new RootCommand("Runs functions in sandboxes in pre-started worker processes.") { strategy, config };
        foreach ((_, Option<string?> option) in options)
        {
            root.Add(option);
        }

        root.Add(NewCommand.Create());
        root.Add(DeployCommand.Create());
        root.Add(WatchCommand.Create());
        root.Add(InvokeCommand.Create());
        root.Add(InvocationsCommand.Create());
        root.Add(ListCommand.Create());
        root.Add(DescribeCommand.Create());
        root.Add(VersionsCommand.Create());
        root.Add(ChangeCommand.Create());
        root.Add(RollbackCommand.Create());
        root.Add(TrafficCommand.Create());
        root.Add(SecretCommand.Create());
        root.Add(LogsCommand.Create());
        root.Add(DeleteCommand.Create());
        root.Add(TopCommand.Create());
        root.Add(StrategyCommand.Create());
        root.Add(LoadCommand.Create());
        root.Add(LabCommand.Create());
        root.Add(ProfileCommand.Create());
        root.Add(TokenCommand.Create());
        root.Add(CompletionCommand.Create());
        foreach (Option option in root.Options)
        {
            if (option is HelpOption help)
            {
                help.Action = new RootHelpAction((HelpAction)help.Action!);
            }
        }

        root.SetAction((parsed, _) =>
        {
            var values = new List<SettingValue>();
            if (parsed.GetValue(strategy) is { } name)
            {
                values.Add(SettingValue.FromCommandLine(ServerArguments.Strategy, name));
            }

            foreach ((Setting setting, Option<string?> option) in options)
            {
                if (parsed.GetResult(option) is { Implicit: false } result)
                {
                    values.Add(SettingValue.FromCommandLine(setting, result.Tokens is [.., var last] ? last.Value : "true"));
                }
            }

            return CommandLine.RunServerAsync(new ServerArguments(values, parsed.GetValue(config)));
        });
        return root;
    }
}
