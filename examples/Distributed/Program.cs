using System.Globalization;
using Distributed;

// Half of the labels are wrong; a weight per sample, tuned on clean samples, finds which. FILE STEPS: goes on from the file, on any number of ranks.
//     mpirun -n 4 dotnet run -c Release --no-build --project examples/Distributed -- cleaning.npz 60
const int classes = 10;
const double tolerance = 1e-10;
string file = args.Length > 0 ? args[0] : "cleaning.npz";
int steps = 60;
if (args.Length > 2 || file is "" or ['-', ..] || (args.Length > 1 && (!int.TryParse(args[1], CultureInfo.InvariantCulture, out steps) || steps < 1)))
{
    Console.Error.WriteLine("Distributed [FILE [STEPS]]: the file to go on with, and how many steps are made in all, at least 1.");
    return 2;
}

try
{
    MpiRanks.Run(ranks =>
    {
        // every rank reads the file, and keeps its share of the samples
        string digits = Path.Combine(AppContext.BaseDirectory, "data", "optical-digits.csv");
        Dataset all = CsvFile.Read(digits, new CsvOptions { Categories = [Category.Last()] }).ToDataset();
        RandomKey[] keys = RandomKey.FromSeed(0).Split(3);
        var parts = Splits.ByCounts(all.Samples, keys[0], 1000, 400);
        (Dataset train, Dataset clean) = (all.Take(parts[0].AsSpan()), all.Take(parts[1].AsSpan()));
        Tensor isRight = keys[1].Uniform(train.Y.Shape) < 0.5, shifted = train.Y + keys[2].Integers(train.Y.Shape, 1, classes);
        Tensor labels = Tensor.Where(isRight, train.Y, Tensor.Where(shifted < classes, shifted, shifted - classes));

        Objective<Linear, Trust> training = Softmax.TrainObjective(
            ranks.Shard(train.X / 16), ranks.Shard(labels.OneHot(classes)), ranks.Shard(Tensor.Arange(train.Samples))).Across(ranks);
        Objective<Linear, Trust> validation = Softmax.ValidateObjective(ranks.Shard(clean.X / 16), ranks.Shard(clean.Y.OneHot(classes))).Across(ranks);
        Linear start = new(Tensor.Zeros([train.X.Shape[1], classes]), Tensor.Zeros([classes]));
        Trust equal = new(Tensor.Zeros([train.Samples]));

        var problem = Bilevel.Problem(training.MinimizedBy(Minimizer.NewtonCg(tolerance)), validation);
        OuterStep<Linear, Trust>? last = null;
        foreach (OuterStep<Linear, Trust> step in OuterLoop.Over(problem, Hypergradient.Implicit(LinearSolver.ConjugateGradient(tolerance)))
            .With(Optimizer.Adam(0.5)).Until(Stop.AfterSteps(steps)).SavedTo(file).Resume(start, equal))
        {
            last = step;
            Say(step);
        }

        if (last is null)
        {
            Say($"{file} holds {steps} steps or more: there is none left to make");
        }
        else
        {
            (double trust, double area) = (last.Hyper.Logits.Sigmoid().Mean().ToScalar(), Metrics.Auc(last.Hyper.Logits, isRight));
            Say(string.Create(CultureInfo.InvariantCulture, $"loss {last.Value:R}, trust {trust:R}, area {area:R} on {ranks.Count} ranks"));
        }

        // what is the same on all is said by one
        void Say(object words)
        {
            if (ranks.Rank == 0)
            {
                Console.WriteLine(words);
            }
        }
    });
}
catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
{
    // on one rank; what a rank of several throws is written with its number, and ends all
    Console.Error.WriteLine($"error: {exception.Message}");
    return 2;
}

return 0;
