using System.CommandLine;

namespace QuadraticBenchmark;

/// <summary>The command line: the options, and what they start.</summary>
public sealed class CommandLine
{
    // the closed form factors dense matrices
    private const int MostUnknowns = 2000;

    private readonly Option<int> _states = new("--states") { Description = "Number of inner unknowns.", DefaultValueFactory = _ => 20, HelpName = "D" };

    private readonly Option<int> _hypers = new("--hypers") { Description = "Number of hyperparameters.", DefaultValueFactory = _ => 5, HelpName = "P" };

    private readonly Option<int> _seed = new("--seed") { Description = "Seed of the problem.", DefaultValueFactory = _ => 0 };

    private readonly Option<int> _calls = new("--calls") { Description = "Oracle calls of every method.", DefaultValueFactory = _ => 10_000, HelpName = "N" };

    private readonly Option<string?> _csv = new("--csv") { Description = "CSV file for the curves; none if left out.", HelpName = "PATH" };

    /// <summary>Runs the program.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="output">Takes the table.</param>
    /// <param name="error">Takes the message if something is wrong.</param>
    /// <returns>0; 1 if a claim fails; 2 if an option, a file or a variable of the environment cannot be used; 130 if it was interrupted.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error) => CommandRunner.Run(new CommandLine().Command(output), args, output, error);

    private RootCommand Command(TextWriter output)
    {
        _states.Validators.Add(value => OptionRules.AtLeast(value, 1, MostUnknowns));
        _hypers.Validators.Add(value => OptionRules.AtLeast(value, 1, MostUnknowns));
        _seed.Validators.Add(value => OptionRules.AtLeast(value, 0));
        _calls.Validators.Add(value => OptionRules.AtLeast(value, 100));
        _csv.Validators.Add(OptionRules.Named);
        var command = new RootCommand(
            "Runs all single-loop and first-order bilevel descents on a quadratic problem whose hypergradient is known in closed form.")
        {
            _states, _hypers, _seed, _calls, _csv,
        };
        command.SetAction((result, cancellation) => Task.Run(() => Start(result, output, cancellation), CancellationToken.None));
        return command;
    }

    private int Start(ParseResult result, TextWriter output, CancellationToken cancellation)
    {
        using OutputFile? file = result.GetValue(_csv) is { } path ? OutputFile.Open(_csv.Name, path) : null;
        (int seed, int calls) = (result.GetValue(_seed), result.GetValue(_calls));
        var problem = Quadratic.Of(result.GetValue(_states), result.GetValue(_hypers), seed);
        Curve[] curves =
        [
            .. Contestants.On(problem).Select(contestant =>
            {
                cancellation.ThrowIfCancellationRequested();
                return Curve.Of(problem, contestant, calls);
            }),
        ];
        file?.Keep(writer => BenchmarkFile.Write(writer, curves));
        return BenchmarkReport.Write(Terminal.Over(output), problem, curves, calls, seed) ? ExitCode.Success : ExitCode.Failure;
    }
}
