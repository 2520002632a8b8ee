using System.Globalization;
using Faas.Supervisor.Hosting;

namespace MiniFaas;

/// <summary>What the server prints when it is ready: who it is, where everything is, and what to try. Plain data in, text out.</summary>
public static class Banner
{
    /// <summary>To standard output, coloured if that is a terminal.</summary>
    public static void Write(BannerInfo info) => Console.Out.Write(Format(info, TerminalStyle.ForOutput()));

    /// <summary>The text, with a line break at the end.</summary>
    internal static string Format(BannerInfo info, TerminalStyle style)
    {
        ArgumentNullException.ThrowIfNull(info);
        string url = info.Url.GetLeftPart(UriPartial.Authority);
        var text = new StringWriter(CultureInfo.InvariantCulture);
        string started = info.StartTime is { } time ? $"  ready in {time.TotalMilliseconds:0} ms" : "";
        text.WriteLine($"{style.Bold("MiniFaas")} {info.Version}  {style.Green("strategy " + info.Strategy)}  pid {info.ProcessId}{style.Dim(started)}");
        text.WriteLine();
        int width = info.Components.Select(component => component.Name.Length).Append("gateway".Length).Max();
        Row("gateway", style.Cyan(url));
        foreach ((string name, string value) in info.Components)
        {
            Row(name, value);
        }

        text.WriteLine();
        text.WriteLine("Try:");
        text.WriteLine($$"""  printf '#include <stdio.h>\nint main(void) { puts("Hello from FAAS!"); }\n' > hello.c""");
        text.WriteLine($"  curl --data-binary @hello.c '{url}/deploy?name=hello&lang=c'");
        text.WriteLine($"  curl -X POST '{url}/invoke?fn=hello'");
        text.WriteLine($"  curl {url}/functions");
        return text.ToString();

        void Row(string name, string value) => text.WriteLine($"  {style.Dim(name.PadRight(width))}  {value}");
    }
}
