using Spectre.Console;

namespace Hyperdiff.Examples;

/// <summary>Where tables and progress go: a terminal with color and a moving bar, or a file with plain lines.</summary>
public static class Terminal
{
    // wide enough for every table, since nobody can widen a file
    private const int FileWidth = 120;

    /// <summary>A console over a writer.</summary>
    public static IAnsiConsole Over(TextWriter output)
    {
        bool interactive = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;

        // left to itself, a progress bar writes escape codes into files too
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = interactive ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = interactive ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = interactive ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!interactive)
        {
            console.Profile.Width = FileWidth;
        }

        return console;
    }
}
