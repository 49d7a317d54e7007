using System.CommandLine;

namespace DataCleaning;

/// <summary>The command line: the options, and what they start.</summary>
public sealed class CommandLine
{
    // the part of the training labels that is made wrong
    private const double Corrupted = 0.5;

    // every step is kept
    private const int MostSteps = 100_000;

    private static readonly CsvOptions s_options = new()
    {
        Categories = [Category.Last([.. Enumerable.Range(0, Samples.Classes).Select(digit =>
        $"{digit}")])]
    };

    private readonly Option<string> _data = new("--data")
    {
        Description =
            "CSV file: a header row; then one image per row, 64 pixels from 0 to 16 and in the last column the digit. The data of examples/data if left out.",
        HelpName = "FILE",
    };

    private readonly Option<int> _seed = new("--seed") { Description = "Seed of the split and of the wrong labels.", DefaultValueFactory = _ => 0 };

    private readonly Option<int> _train = new("--train")
    {
        Description = "Number of training samples, half of which get wrong labels.",
        DefaultValueFactory = _ => 1000,
        HelpName = "N"
    };

    private readonly Option<int> _validation = new("--validation")
    {
        Description = "Number of clean validation samples.",
        DefaultValueFactory = _ => 200,
        HelpName = "N"
    };

    private readonly Option<int> _steps = new("--steps") { Description = "Steps of Adam on λ.", DefaultValueFactory = _ => 40, HelpName = "N" };

    private readonly Option<double> _rate = new("--rate")
    {
        Description = "Step size of Adam, in units of λ.",
        DefaultValueFactory = _ => 0.2,
        HelpName = "RATE"
    };

    /// <summary>Runs the program.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="output">Takes the results.</param>
    /// <param name="error">Takes the message if something is wrong.</param>
    /// <returns>0; 1 if a solve did not converge; 2 if an option, a file or a variable of the environment cannot be used; 130 if it was interrupted.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error) => CommandRunner.Run(new CommandLine().Command(output), args, output, error);

    private RootCommand Command(TextWriter output)
    {
        _data.Validators.Add(OptionRules.Named);
        _seed.Validators.Add(value => OptionRules.AtLeast(value, 0));
        _train.Validators.Add(value => OptionRules.AtLeast(value, 2));
        _validation.Validators.Add(value => OptionRules.AtLeast(value, 1));
        _steps.Validators.Add(value => OptionRules.AtLeast(value, 1, MostSteps));
        _rate.Validators.Add(OptionRules.Positive);
        var command = new RootCommand(
            "Finds wrong labels among images of digits, by hypergradients of the loss on clean samples in the weight of every training sample.")
        {
            _data, _seed, _train, _validation, _steps, _rate,
        };
        command.SetAction((result, cancellation) => Task.Run(() => Start(result, output, cancellation), CancellationToken.None));
        return command;
    }

    private int Start(ParseResult result, TextWriter output, CancellationToken cancellation)
    {
        string data = result.GetValue(_data) ?? Path.Combine(AppContext.BaseDirectory, "data", "optical-digits.csv");
        int seed = result.GetValue(_seed);
        var split = CorruptedSplit.Of(CsvFile.Read(data, s_options).ToDataset(), (result.GetValue(_train), result.GetValue(_validation)), Corrupted, seed);
        CleaningReport.Write(Terminal.Over(output), split, Cleaning.Run(split, result.GetValue(_steps), result.GetValue(_rate), cancellation), seed);
        return ExitCode.Success;
    }
}
