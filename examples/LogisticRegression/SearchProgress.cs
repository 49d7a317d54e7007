using System.Globalization;
using Spectre.Console;

namespace LogisticRegression;

/// <summary>Shows how far a search is: a bar on a terminal, a line per tenth elsewhere.</summary>
internal static class SearchProgress
{
    private const int Lines = 10;

    /// <summary>Runs a search, which tells every step that it takes.</summary>
    public static Search Show(IAnsiConsole console, string name, int steps, Func<Action<SearchStep>, Search> search) =>
        console.Profile.Capabilities is { Ansi: true, Interactive: true } ? Bar(console, name, steps, search) : Plain(console, name, steps, search);

    // the library hides the cursor while the bar moves, and shows it again when this returns or throws: an interruption throws too
    private static Search Bar(IAnsiConsole console, string name, int steps, Func<Action<SearchStep>, Search> search) => console
        .Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
        .Start(context =>
        {
            ProgressTask task = context.AddTask(name, maxValue: steps);
            return search(step =>
            {
                task.Description = $"{name}, {Describe(step, steps)}";
                task.Value = step.Number;
            });
        });

    private static Search Plain(IAnsiConsole console, string name, int steps, Func<Action<SearchStep>, Search> search) => search(step =>
    {
        if (step.Number * Lines / steps > (step.Number - 1) * Lines / steps || step.Number == 0)
        {
            console.WriteLine($"{name}, {Describe(step, steps)}");
        }
    });

    private static string Describe(SearchStep step, int steps) =>
        string.Create(CultureInfo.InvariantCulture, $"step {step.Number} of {steps}, validation loss {step.Hypergradient.Value:F6}");
}
