using System.Globalization;
using Hyperdiff;
using Hyperdiff.Fixtures.Problems;

// A job that its tests kill: NAME FILE STEPS. It goes on from the file, and prints where it ended, to the last bit.
(string name, string file, int steps) = (args[0], args[1], int.Parse(args[2], CultureInfo.InvariantCulture));
(OuterLoop<Tensor, Tensor> loop, Tensor start, Tensor hyper) = LoopJobs.Of(name);
OuterRun<Tensor, Tensor> run = loop.Until(Stop.AfterSteps(steps)).SavedTo(file).Resume(start, hyper);
Console.WriteLine($"from {run.State.Steps}");
run.ToEnd();
foreach (double element in (double[])[.. run.State.Hyper.ToArray<double>(), .. run.State.State.ToArray<double>(), run.State.Best!.Value])
{
    Console.WriteLine(BitConverter.DoubleToInt64Bits(element).ToString("X16", CultureInfo.InvariantCulture));
}
