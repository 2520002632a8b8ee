using System.CommandLine;
using System.Text;
using Faas.Supervisor.Scheduling;
using Faas.Supervisor.Starters;
using MiniFaas.Settings;

namespace MiniFaas.Commands;

/// <summary>Completion scripts. Static: asking the program at each press of a key would take longer than typing.</summary>
internal static class CompletionScript
{
    /// <param name="shell">bash, zsh or fish.</param>
    /// <param name="root">The tree whose words are offered.</param>
    public static string Create(string shell, RootCommand root) => shell switch
    {
        "fish" => Fish(root),
        "zsh" => "#compdef minifaas\nautoload -U +X bashcompinit && bashcompinit\n" + Bash(root),
        _ => Bash(root),
    };

    private static string Bash(RootCommand root)
    {
        var script = new StringBuilder();
        script.Append("_minifaas() {\n  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words\n");
        script.Append("  COMPREPLY=()\n  case $prev in\n");
        foreach (Setting setting in SettingCatalog.All.Where(setting => setting.Known.Count > 0))
        {
            script.Append($"    {setting.OptionName}) COMPREPLY=($(compgen -W '{string.Join(' ', setting.Known)}' -- \"$cur\")); return ;;\n");
        }

        script.Append("    --output) COMPREPLY=($(compgen -W 'text json' -- \"$cur\")); return ;;\n");
        script.Append("    --config|--worker-path|--wasm-c-api-lib) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n");
        script.Append("    --data|--runtime-dir) COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n");
        script.Append("  esac\n  case ${COMP_WORDS[1]} in\n");
        foreach (Command command in root.Subcommands)
        {
            string files = command.Name is "deploy" or "watch" ? " COMPREPLY+=($(compgen -f -- \"$cur\"));" : "";
            string values = command.Name switch
            {
                "completion" => " bash zsh fish",
                "new" => " " + string.Join(' ', StarterCatalog.Languages),
                _ => string.Concat(command.Subcommands.Select(subcommand => " " + subcommand.Name)),
            };
            script.Append($"    {command.Name}) COMPREPLY=($(compgen -W '{Options(command)}{values}' -- \"$cur\"));{files} return ;;\n");
        }

        script.Append("  esac\n  words='").Append(Options(root)).Append("'\n");
        script.Append("  [ \"$COMP_CWORD\" -eq 1 ] && words=\"$words ")
            .Append(string.Join(' ', root.Subcommands.Select(command => command.Name).Concat(StrategyCatalog.Names)))
            .Append("\"\n");
        script.Append("  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\ncomplete -F _minifaas minifaas\n");
        return script.ToString();
    }

    private static string Fish(RootCommand root)
    {
        var script = new StringBuilder("complete -c minifaas -f\n");
        foreach (Command command in root.Subcommands)
        {
            script.Append($"complete -c minifaas -n __fish_use_subcommand -a {command.Name} -d {Quote(command.Description)}\n");
            foreach (Option option in command.Options)
            {
                script.Append($"complete -c minifaas -n '__fish_seen_subcommand_from {command.Name}' -l {option.Name.TrimStart('-')} -d {Quote(option.Description)}\n");
            }
        }

        foreach (Command command in root.Subcommands.Where(command => command.Subcommands.Count > 0))
        {
            script.Append($"complete -c minifaas -n '__fish_seen_subcommand_from {command.Name}' -a '{string.Join(' ', command.Subcommands.Select(subcommand => subcommand.Name))}'\n");
        }

        script.Append($"complete -c minifaas -n '__fish_seen_subcommand_from new' -a '{string.Join(' ', StarterCatalog.Languages)}'\n");
        script.Append("complete -c minifaas -n '__fish_seen_subcommand_from deploy watch' -F\n");
        script.Append("complete -c minifaas -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'\n");
        foreach (string strategy in StrategyCatalog.Names)
        {
            script.Append($"complete -c minifaas -n __fish_use_subcommand -a {strategy} -d 'start with this strategy'\n");
        }

        foreach (Setting setting in SettingCatalog.All)
        {
            string values = setting.Known.Count > 0 ? $" -xa '{string.Join(' ', setting.Known)}'" : setting.IsPath ? " -rF" : setting.IsFlag ? "" : " -x";
            script.Append($"complete -c minifaas -n __fish_use_subcommand -l {setting.Name}{values} -d {Quote(setting.Description)}\n");
        }

        return script.ToString();
    }

    private static string Options(Command command) =>
        string.Join(' ', command.Options.Where(option => !option.Hidden).Select(option => option.Name));

    private static string Quote(string? text) => "'" + (text ?? "").Replace("'", "\\'", StringComparison.Ordinal) + "'";
}
