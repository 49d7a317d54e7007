using System.CommandLine;

namespace LogisticRegression;

/// <summary>The command line: the options, and what they start.</summary>
public sealed class CommandLine
{
    private const double DefaultRate = 0.1;

    // every step is kept for the history, and every split with its steps
    private const int MostSteps = 100_000;
    private const int MostSplits = 10_000;

    private readonly Option<string> _data = new("--data")
    {
        Description =
            "CSV file: a header row; then one sample per row, numeric features and in the last column the class, 0 or 1. "
                + "The data of examples/data if left out.",
        HelpName = "FILE",
    };

    private readonly Option<int> _seed = new("--seed")
    {
        Description = "Seed of the split into training and test samples, and of the folds.",
        DefaultValueFactory = _ => 0
    };

    private readonly Option<int> _splits = new("--splits")
    {
        Description = "Repeat over so many splits, with seeds SEED, SEED+1, …, and print the distribution of what tuning changed.",
        DefaultValueFactory = _ => 1,
        HelpName = "N",
    };

    private readonly Option<int> _steps = new("--steps") { Description = "Steps of Adam on the settings.", DefaultValueFactory = _ => 20, HelpName = "N" };

    private readonly Option<double> _rate = new("--rate")
    {
        Description = "Step size of Adam, in units of ln λ and s.",
        DefaultValueFactory = _ => DefaultRate,
        HelpName = "RATE"
    };

    private readonly Option<string> _method = new("--method")
    {
        Description = "implicit: trains to the minimum by Newton-CG and differentiates it implicitly, solving the adjoint system by conjugate gradients. "
            + $"reverse: runs "
            + $"{UnrolledValidationLoss.Steps} steps of gradient descent from the weights of the step before and goes back through all of them; the exact "
            + "derivative of those steps, near that of the minimum, and slower.",
        DefaultValueFactory = _ => "implicit",
        HelpName = "implicit|reverse",
    };

    private readonly Option<string> _history = new("--history")
    {
        Description = "CSV file for every step: loss, evidence, settings and hypergradient.",
        DefaultValueFactory = _ => Path.Combine("artifacts", "logistic-regression-history.csv"),
        HelpName = "FILE",
    };

    private readonly Option<bool> _shared = new("--shared")
    {
        Description = "One exponent for all features: 2 hyperparameters instead of one per feature and one.",
    };

    private readonly Option<bool> _check = new("--check")
    {
        Description =
            $"Compare the hypergradients at the first and at the best step with central differences of the re-solved problem; fail if they differ by more than "
                + $"{DifferenceCheck.Allowed:0e-0} relative.",
    };

    private readonly Option<bool> _print = new("--print-hypergradient")
    {
        Description = $"Print only the hypergradient at λ = {PrintedHypergradient.Lambda} and features compressed slightly, one round-trip number per line.",
    };

    /// <summary>Runs the program.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="output">Takes the results.</param>
    /// <param name="error">Takes the message if something is wrong.</param>
    /// <returns>0; 1 if a solve did not converge or a check failed; 2 if an option, a file or a variable of the environment cannot be used; 130 if it was
    /// interrupted.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error) =>
        CommandRunner.Run(new CommandLine().Command(output, error), args, output, error);

    private RootCommand Command(TextWriter output, TextWriter error)
    {
        _data.Validators.Add(OptionRules.Named);
        _seed.Validators.Add(value => OptionRules.AtLeast(value, 0));
        _splits.Validators.Add(value => OptionRules.AtLeast(value, 1, MostSplits));
        _steps.Validators.Add(value => OptionRules.AtLeast(value, 1, MostSteps));
        _rate.Validators.Add(OptionRules.Positive);
        _method.Validators.Add(value => OptionRules.OneOf(value, "implicit", "reverse"));
        _history.Validators.Add(OptionRules.Named);
        var command = new RootCommand("Tunes the penalty of a logistic regression on real data, and how strongly each of its features is compressed, by "
            + "hypergradients of the loss over five folds.")
        {
            _data, _seed, _splits, _steps, _rate, _method, _shared, _history, _check, _print,
        };
        command.SetAction((result, cancellation) => Task.Run(() => Start(result, output, error, cancellation), CancellationToken.None));
        return command;
    }

    private int Start(ParseResult result, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        if (Contradiction(result) is { } contradiction)
        {
            error.WriteLine($"error: {contradiction}");
            return ExitCode.Usage;
        }

        string data = result.GetValue(_data) ?? Path.Combine(AppContext.BaseDirectory, "data", "breast-cancer-wisconsin-diagnostic.csv");
        int seed = result.GetValue(_seed);
        if (result.GetValue(_print))
        {
            PrintedHypergradient.Write(Split.Of(DataReading.Read(data), seed), output);
            return ExitCode.Success;
        }

        var options = new JobOptions(
            data,
            seed,
            result.GetValue(_splits),
            result.GetValue(_steps),
            result.GetValue(_rate),
            Enum.Parse<TuningMethod>(result.GetValue(_method)!, ignoreCase: true),
            result.GetValue(_history)!,
            result.GetValue(_check),
            result.GetValue(_shared));
        return Job.Run(options, Terminal.Over(output), cancellation);
    }

    private string? Contradiction(ParseResult result)
    {
        long lastSeed = (long)result.GetValue(_seed) + result.GetValue(_splits) - 1;
        bool Given(Option option) => result.GetResult(option) is { Implicit: false };
        return result.GetValue(_print) && ((Option[])[_splits, _steps, _rate, _method, _shared, _history, _check]).Any(Given)
            ? $"{_print.Name} goes with {_data.Name} and {_seed.Name} only"
            : result.GetValue(_check) && result.GetValue(_splits) > 1
            ? $"{_check.Name} looks at one split; leave out {_splits.Name}"
            : lastSeed > int.MaxValue
            ? $"{_seed.Name} {result.GetValue(_seed)}: the last of {result.GetValue(_splits)} seeds would exceed {int.MaxValue}"
            : null;
    }
}
