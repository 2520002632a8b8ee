using System.CommandLine;
using Faas.Supervisor.Access;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;

namespace MiniFaas.Commands;

/// <summary><c>minifaas token new NAME --scopes invoke,deploy</c>: a token, and the line that makes a server take it.</summary>
internal static class TokenCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "Whose token it is; stands in the file and in messages" };
        var scopes = new Option<string>("--scopes")
        {
            HelpName = "SCOPE,…",
            Description = "invoke (run functions), deploy (deploy, list, read, delete, logs), admin (everything)",
            DefaultValueFactory = _ => "invoke",
        };
        name.Validators.Add(NameRule.Check);
        scopes.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !AccessToken.TryParseScopes(token.Value, out _))
            {
                result.AddError($"--scopes {token.Value}: must be of invoke, deploy, metrics and admin, with commas between them");
            }
        });
        var create = new Command("new", "Print a new token, and on a second line what goes into the server's --token-file") { name, scopes };
        create.SetAction(parsed =>
        {
            _ = AccessToken.TryParseScopes(parsed.GetValue(scopes)!, out var allowed);
            var (secret, entry) = AccessToken.Create(parsed.GetValue(name)!, allowed);
            Console.Out.WriteLine(secret);
            Console.Out.WriteLine(entry);
            Messages.Note("first line: the token, shown only now (MINIFAAS_TOKEN). Second line: for the token file; the server reads it when it starts.");
            return ExitCode.Success;
        });
        return new Command("token", "Make tokens for --token-file") { create };
    }
}
