using System.CommandLine;
using System.Text.Json;
using Faas.Supervisor.Errors;
using Faas.Supervisor.Hosting;
using MiniFaas.Client;

namespace MiniFaas.Commands;

/// <summary><c>minifaas profile set|use|list|remove</c>: servers under names.</summary>
internal static class ProfileCommand
{
    public static Command Create() => new("profile", "Keep several servers under names") { Set(), Use(), List(), Remove() };

    private static Command Set()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the profile" };
        var server = new Argument<string>("URL") { Description = "The server, like https://functions.example:8443" };
        var token = new Option<string?>("--token") { HelpName = "TOKEN", Description = "What it requires; - reads it from standard input, so that no shell keeps it" };
        name.Validators.Add(NameRule.Check);
        server.Validators.Add(result =>
        {
            if (result.Tokens is [var word] && !ServerAddress.TryParse(word.Value, out _))
            {
                result.AddError($"{word.Value}: must be a URL, like http://127.0.0.1:8080");
            }
        });
        var command = new Command("set", "Make or change a profile; the first one is used at once") { name, server, token };
        command.SetAction(parsed => Change(book =>
        {
            string profile = parsed.GetValue(name)!;
            _ = ServerAddress.TryParse(parsed.GetValue(server), out Uri address);
            string? secret = parsed.GetValue(token) is "-" ? Console.In.ReadLine()?.Trim() : parsed.GetValue(token);
            book.Profiles[profile] = new Profile(address, secret);
            book.Current ??= profile;
            return null;
        }));
        return command;
    }

    private static Command Use()
    {
        Argument<string> name = Existing();
        var command = new Command("use", "Take this profile where a command names no server") { name };
        command.SetAction(parsed => Change(book =>
        {
            string profile = parsed.GetValue(name)!;
            book.Current = profile;
            return book.Profiles.ContainsKey(profile) ? null : Missing(profile);
        }));
        return command;
    }

    private static Command Remove()
    {
        Argument<string> name = Existing();
        var command = new Command("remove", "Forget a profile") { name };
        command.SetAction(parsed => Change(book =>
        {
            string profile = parsed.GetValue(name)!;
            book.Current = book.Current == profile ? null : book.Current;
            return book.Profiles.Remove(profile) ? null : Missing(profile);
        }));
        return command;
    }

    private static Command List()
    {
        Option<OutputFormat> output = ClientCommand.Output();
        var command = new Command("list", "List the profiles; * marks the one in use. Tokens are not shown") { output };
        command.SetAction(parsed => Try(() =>
        {
            ProfileBook book = ProfileFile.Default().Load();
            if (parsed.GetValue(output) == OutputFormat.Json)
            {
                WriteJson(book);
            }
            else if (book.Profiles.Count == 0)
            {
                Messages.Note("no profiles; try: minifaas profile set NAME URL");
            }
            else
            {
                DataTable.Write(
                    ["", "NAME", "SERVER", "TOKEN"],
                    [.. book.Profiles.Select(entry => (string[])[entry.Key == book.Current ? "*" : "", entry.Key, Shown(entry.Value), entry.Value.Token is null ? "no" : "yes"])]);
            }

            return ExitCode.Success;
        }));
        return command;
    }

    private static void WriteJson(ProfileBook book)
    {
        using Stream stream = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteBoolean("ok", true);
            json.WriteStartArray("profiles");
            foreach ((string name, Profile profile) in book.Profiles)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("server", Shown(profile));
                json.WriteBoolean("token", profile.Token is not null);
                json.WriteBoolean("current", name == book.Current);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    private static string Shown(Profile profile) => profile.Server.GetLeftPart(UriPartial.Authority);

    private static Argument<string> Existing() => new("NAME") { Description = "Name of the profile" };

    private static string Missing(string name) => $"no profile '{name}': minifaas profile list shows those there are";

    /// <summary>Loads, changes and saves; a change that answers a problem is not saved.</summary>
    private static int Change(Func<ProfileBook, string?> change) => Try(() =>
    {
        ProfileFile file = ProfileFile.Default();
        ProfileBook book = file.Load();
        if (change(book) is { } problem)
        {
            Messages.Error(problem);
            return ExitCode.Failed;
        }

        file.Save(book);
        return ExitCode.Success;
    });

    private static int Try(Func<int> run)
    {
        try
        {
            return run();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Messages.Error(exception.Message);
            return ExitCode.Failed;
        }
    }
}
