using System.Globalization;

namespace Gallery;

/// <summary>Five letters that are known by a few samples each.</summary>
public static partial class FiveWay
{
    private const double Penalty = 0.1;

    [InnerObjective]
    public static Tensor Adapt(Net u, Net first, Tensor x, Tensor y) => Test(u, first, x, y) + (0.5 * Penalty * FewShot.SquaredNorm(u));

    [OuterObjective]
    public static Tensor Test(Net u, Net first, Tensor x, Tensor y) => -(y * FewShot.Output(first + u, x).LogSoftmax()).Sum(1).Mean();
}

/// <summary>Learns first weights from which five letters that were never seen are told apart by a few samples of each.</summary>
internal static class LettersJob
{
    private const int Letters = 26;
    private const int SeenLetters = 18;
    private const int Ways = 5;
    private const int Shots = 5;
    private const int Queries = 10;
    private const int Hidden = 32;
    private const int TasksPerStep = 8;

    public static GalleryJob Job { get; } = new("letters",
        "learns first weights from which five new letters are told apart by five samples of each (implicit MAML)", Run);

    private static Claim Run(Setting setting)
    {
        RandomKey[] keys = RandomKey.FromSeed(11).Split(4);
        Tensor data = IdxFile.Read(Path.Combine(AppContext.BaseDirectory, "data", "letter-recognition.idx.gz"), DType.Float64);
        Tensor x = (data[.., ..16] - 7.5) / 7.5, labels = data[.., 16];
        int[] letters = keys[0].Permutation(Letters).ToArray<int>(), letterOf = labels.To(DType.Int32).ToArray<int>();
        int[][] samplesOf = [.. Enumerable.Range(0, Letters).Select(
            letter => Enumerable.Range(0, letterOf.Length).Where(i => letterOf[i] == letter).ToArray())];

        // sample by sample, so that the first Ways · Shots have as many of every letter
        (Tensor X, Tensor Y) Drawn(RandomKey key, int[] among)
        {
            RandomKey[] drawn = key.Split(2);
            int[] ways = drawn[0].Permutation(among.Length).ToArray<int>()[..Ways];
            int[][] samples = [.. ways.Select((way, i) => drawn[1].Fold(i).Permutation(samplesOf[among[way]].Length).ToArray<int>()
                [..(Shots + Queries)].Select(k => samplesOf[among[way]][k]).ToArray())];
            int[] rows = [.. Enumerable.Range(0, Shots + Queries).SelectMany(k => samples.Select(of => of[k]))];
            return (x.Take(Tensor.From<int>(rows)), Tensor.From<int>([.. rows.Select((_, i) => i % Ways)]));
        }

        Net start = Net.Of(keys[1], 16, Hidden, Ways), zero = start * 0;
        MinimizationProblem<Net, Net> Task((Tensor X, Tensor Y) of)
        {
            (Tensor rows, Tensor y) = (of.X, of.Y.OneHot(Ways));
            return Bilevel.Problem(FiveWay.AdaptObjective(rows[..(Ways * Shots)], y[..(Ways * Shots)]).MinimizedBy(Minimizer.Lbfgs(tolerance: 1e-5)),
                FiveWay.TestObjective(rows[(Ways * Shots)..], y[(Ways * Shots)..]));
        }

        OuterLoop<Net, Net> loop = OuterLoop
            .Over((RandomKey key) => Task(Drawn(key, letters[..SeenLetters])), Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient(1e-4)))
            .Keyed(keys[2]).Accumulating(setting.IsQuick ? 3 : TasksPerStep).ColdStarts().OnFailure(StepFailure.Skip(10)).With(Optimizer.Adam(0.01))
            .Until(Stop.AfterSteps(setting.IsQuick ? 4 : 150));
        Net first = start;
        foreach (OuterStep<Net, Net> step in setting.Watched(loop).From(zero, start, setting.Cancellation))
        {
            first = step.Next.Hyper;
            if (step.Number % 10 == 0)
            {
                setting.Output.WriteLine(step);
            }
        }

        // tasks of the letters that were never drawn above
        (Tensor X, Tensor Y)[] held = [.. keys[3].Split(setting.IsQuick ? 15 : 200).Select(key => Drawn(key, letters[SeenLetters..]))];
        double Accuracy(Net from) => held.Average(of =>
        {
            Net u = Task(of).Inner.Solve(zero, from).State;
            return Metrics.Accuracy(FewShot.Output(from + u, of.X[(Ways * Shots)..]).ArgMax(1), of.Y[(Ways * Shots)..]);
        });
        (double before, double after) = (Accuracy(start), Accuracy(first));
        return new Claim(string.Create(CultureInfo.InvariantCulture,
            $"{Ways} letters never seen, {Shots} samples of each: {before:P1} of others right from random first weights, {after:P1} from tuned ones"),
            after > before);
    }
}
